package dev.unipkg.cli.command.account;

import dev.unipkg.api.KeyInfo;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Accounts;
import dev.unipkg.cli.registry.Registry;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pkg key create`.
@Command(
        name = "create",
        description = {
            "Create an API key for one namespace, with the key of an administrator or of that namespace.",
            "Prints the key, which the registry shows this once."
        },
        footer = {
            "",
            "Examples:",
            "  pkg key create acme --description 'for their CI' --expires 90d",
            "  pkg key create --administrator > key"
        })
final class CreateKey implements Verb {
    @Parameters(arity = "0..1", paramLabel = "<namespace>", description = "The namespace that it publishes to.")
    Optional<String> namespace = Optional.empty();

    @Option(names = "--administrator", description = "An administrator's key, for every namespace and every key.")
    boolean administrator;

    @Option(
            names = "--description",
            paramLabel = "<text>",
            description = "A note about its use, at most 200 characters.")
    String description = "";

    @Option(
            names = "--expires",
            paramLabel = "<when>",
            description = "The end of the key: a time from now, as in 90d or 12h, or a day, as in 2027-01-31.")
    Optional<String> expires = Optional.empty();

    @Override
    public int run(Session session) throws IOException {
        // A script whose variable is empty must not get the key to everything.
        if (administrator == namespace.isPresent()) {
            throw Failure.usage("a key is for one namespace, or an administrator's; expected a namespace or"
                            + " --administrator")
                    .next("name one of them: pkg key create <namespace>");
        }
        namespace.ifPresent(CreateNamespace::require);
        Optional<Instant> end = expires.map(text -> Expiry.parse(text, Instant.now()));
        Registry registry = session.registry();
        KeyInfo key = new Accounts(registry).createKey(namespace, description, end);
        session.messages()
                .say(
                        "created key %s (%s) at %s; it is shown this once. Its owner keeps it with: pkg login --registry %s"
                                .formatted(key.id(), ListKeys.scope(key), registry.origin(), registry.origin()));
        session.out().print(key.toJson(), key.key().orElse(""));
        return 0;
    }
}
