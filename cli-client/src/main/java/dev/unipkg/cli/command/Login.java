package dev.unipkg.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.api.AccountInfo;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Credential;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.format.json.Json;
import java.io.Console;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pkg login`. The key is never an argument, where every process of the machine could read it.
@Command(
        name = "login",
        description = {
            "Remember an API key for the registry, after the registry has accepted it.",
            "Prints the account."
        },
        footer = {"", "Examples:", "  pkg login", "  pkg login --key-stdin < key.txt"})
public final class Login implements Verb {
    private static final int KEY_LIMIT = 8 << 10;

    @Option(names = "--key-stdin", description = "Read the key (or password) from stdin instead of asking for it.")
    boolean keyStdin;

    @Option(
            names = "--user",
            paramLabel = "<name>",
            description = "Log in with a user's name and password, as other registries want it.")
    Optional<String> user = Optional.empty();

    @Override
    public int run(Session session) throws IOException {
        user.ifPresent(Login::requireUser);
        Origin origin = session.registry().origin();
        String secret = keyStdin ? read(session) : ask(origin);
        if (secret.isEmpty() || secret.chars().anyMatch(Character::isWhitespace)) {
            throw Failure.usage("that is no key: it is empty or has white space in it");
        }
        Credential credential = user.<Credential>map(name -> new Credential.Login(name, secret))
                .orElseGet(() -> new Credential.Key(secret));
        String account = account(session.registryAs(credential));
        session.credentials().keep(origin, credential);
        session.messages().say("logged in to " + origin);
        session.out()
                .print(
                        Json.object()
                                .put("registry", origin.toString())
                                .put("account", account)
                                .build(),
                        account);
        return 0;
    }

    // A colon would end the name where it is sent (RFC 7617), a space where it is kept.
    private static void requireUser(String name) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c == ':' || Character.isWhitespace(c))) {
            throw Failure.usage("that is no user's name: it is empty or has white space or a colon in it");
        }
    }

    private String account(Registry registry) throws IOException {
        Optional<AccountInfo> account = user.isPresent() ? Optional.empty() : registry.whoAmI();
        if (account.isPresent() && !account.get().anonymous()) {
            return account.get().administrator()
                    ? "administrator"
                    : String.join(" ", account.get().namespaces());
        }
        if (account.isPresent() || !registry.acceptsMe()) {
            throw Failure.refused("unauthorized", registry.origin() + " does not accept this key")
                    .next("check the key, and that it is for this registry");
        }
        return user.orElse("key");
    }

    private static String read(Session session) throws IOException {
        return new String(session.in().readNBytes(KEY_LIMIT), UTF_8).strip();
    }

    private static String ask(Origin origin) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw Failure.usage("there is no terminal to ask for the key on")
                    .next("give it on stdin: pkg login --key-stdin < file");
        }
        char[] key = console.readPassword("API key for %s: ", origin);
        return key == null ? "" : new String(key).strip();
    }
}
