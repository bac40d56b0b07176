package dev.unipkg.cli.command.account;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Accounts;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `pkg namespace create`.
@Command(
        name = "create",
        description = {
            "Create a namespace, which needs an administrator's key. One that exists already is success.",
            "Prints the namespace."
        },
        footer = {
            "",
            "Examples:",
            "  pkg namespace create acme",
            "  pkg namespace create acme --registry https://registry.example"
        })
final class CreateNamespace implements Verb {
    @Parameters(paramLabel = "<namespace>", description = "The first part of the names of its packages.")
    String namespace = "";

    @Override
    public int run(Session session) throws IOException {
        require(namespace);
        Registry registry = session.registry();
        Accounts.Created created = new Accounts(registry).createNamespace(namespace);
        session.messages()
                .say(
                        created.alreadyThere()
                                ? "the namespace %s exists already at %s".formatted(namespace, registry.origin())
                                : "created the namespace %s at %s; a key for it: pkg key create %s"
                                        .formatted(namespace, registry.origin(), namespace));
        Json json = Json.object()
                .put("name", created.namespace().name())
                .put("created", created.namespace().created().toString())
                .put("alreadyThere", created.alreadyThere())
                .build();
        session.out().print(json, created.namespace().name());
        return 0;
    }

    /// @throws Failure where no namespace can have this name
    static void require(String namespace) {
        try {
            PackageName.requireNamespace(namespace);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage())).causedBy(e);
        }
    }
}
