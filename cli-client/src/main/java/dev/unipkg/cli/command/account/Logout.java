package dev.unipkg.cli.command.account;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import picocli.CommandLine.Command;

/// `pkg logout`. It opens no connection: the key stays valid until it is revoked.
@Command(
        name = "logout",
        description = {
            "Forget the API key that is kept for the registry. The key itself stays good; pkg key revoke ends one.",
            "Prints the registry."
        },
        footer = {"", "Examples:", "  pkg logout", "  pkg logout --registry https://registry.example"})
public final class Logout implements Verb {

    @Override
    public int run(Session session) throws IOException {
        Origin origin = session.registry().origin();
        boolean removed = session.credentials().forget(origin);
        session.messages().say(removed ? "logged out of " + origin : "no key was kept for " + origin);
        Json json = Json.object()
                .put("registry", origin.toString())
                .put("removed", removed)
                .build();
        session.out().print(json, origin.toString());
        return 0;
    }
}
