package dev.unipkg.cli.command.account;

import dev.unipkg.api.AccountInfo;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Credential;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `pkg whoami`.
@Command(
        name = "whoami",
        description = {
            "Ask the registry for the account of the key that is kept for it.",
            "Prints the namespaces that it publishes to, administrator, or anonymous."
        },
        footer = {"", "Examples:", "  pkg whoami", "  pkg whoami --registry https://registry.example --output json"})
public final class WhoAmI implements Verb {

    @Override
    public int run(Session session) throws IOException {
        Registry registry = session.registry();
        Optional<Credential> kept = session.credentials().find(registry.origin());
        AccountInfo account = kept.isEmpty()
                ? new AccountInfo(true, false, List.of())
                : registry.whoAmI().orElseThrow(() -> noAccounts(registry));
        if (kept.isEmpty()) {
            session.messages()
                    .say("no key is kept for %s; keep one with: pkg login --registry %s"
                            .formatted(registry.origin(), registry.origin()));
        }
        Json json = Json.object()
                .put("registry", registry.origin().toString())
                .put("anonymous", account.anonymous())
                .put("administrator", account.administrator())
                .put("namespaces", Json.texts(account.namespaces()))
                .build();
        session.out().print(json, text(account));
        return 0;
    }

    private static String text(AccountInfo account) {
        if (account.anonymous()) {
            return "anonymous";
        }
        return account.administrator() ? "administrator" : String.join(" ", account.namespaces());
    }

    private static Failure noAccounts(Registry registry) {
        return Failure.notFound(registry.origin() + " does not tell accounts; it may be a registry of another kind");
    }
}
