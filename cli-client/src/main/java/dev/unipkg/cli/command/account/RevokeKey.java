package dev.unipkg.cli.command.account;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Accounts;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg key revoke`.
@Command(
        name = "revoke",
        description = {"Revoke an API key: it stops being good at once.", "Prints the id of the key."},
        footer = {"", "Examples:", "  pkg key revoke 7", "  pkg key revoke 7 --output json"})
final class RevokeKey implements Verb {
    @Parameters(paramLabel = "<id>", description = "The id that pkg key list shows; never the key itself.")
    String id = "";

    @Override
    public int run(Session session) throws IOException {
        // Not repeated in the message: it may be the key itself, which belongs into no log.
        if (!id.matches("[0-9]{1,18}")) {
            throw Failure.usage("that is no id of a key; expected the number that pkg key list shows")
                    .next("see: pkg key list");
        }
        Registry registry = session.registry();
        new Accounts(registry).revokeKey(id);
        session.messages().say("revoked key %s at %s".formatted(id, registry.origin()));
        session.out().print(Json.object().put("id", id).put("revoked", true).build(), id);
        return 0;
    }
}
