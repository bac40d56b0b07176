package dev.unipkg.cli;

import dev.unipkg.cli.command.Options;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.settings.ClientSettings;
import dev.unipkg.cli.settings.Home;
import dev.unipkg.cli.settings.OutputFormat;
import dev.unipkg.cli.settings.UserConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// pkg itself: the options that every command has, before or after the command's name.
final class GlobalOptions {
    boolean json;
    boolean debug;
    private Optional<String> registry = Optional.empty();
    private boolean offline;
    private boolean quiet;
    private boolean verbose;

    /// pkg, for the parser.
    CommandSpec command() {
        CommandSpec pkg = Options.inherited(this)
                .value(
                        "--registry <address>",
                        String.class,
                        "The registry to use; moves every endpoint.",
                        given -> registry = Optional.of(given))
                .flag("--offline", "Open no socket; use what is here.", given -> offline = given)
                .flag("-q --quiet", "Say nothing but failures.", given -> quiet = given)
                .flag(
                        "-v --verbose",
                        "Say more, as why a machine boots that might have been resumed.",
                        given -> verbose = given)
                .flag("--debug", "Show where failures come from.", given -> debug = given)
                .help("-h --help", "Show this help.", _ -> {})
                .value(
                        "--output text|json",
                        OutputFormat.class,
                        "What the result on stdout is for: people (text) or programs (json).",
                        format -> json = format == OutputFormat.JSON)
                .spec();
        pkg.name("pkg")
                .usageMessage()
                .description("Packages for unikernels: find, get, run, build, push.")
                .synopsisSubcommandLabel("COMMAND")
                .footer(
                        "",
                        "Examples:",
                        "  pkg search nginx",
                        "  pkg run nginx -p 8080:80",
                        "",
                        "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 5 network, 6 the guest failed.",
                        "The registry is --registry, else PKG_REGISTRY, else 'registry' in the config file.");
        return pkg;
    }

    Messages.Level level() {
        if (quiet) {
            return Messages.Level.QUIET;
        }
        return verbose ? Messages.Level.VERBOSE : Messages.Level.NORMAL;
    }

    ClientSettings settings(Map<String, String> environment) throws IOException {
        Home home = Home.of(environment);
        UserConfig config = UserConfig.read(home.config().resolve("config"));
        Optional<String> fromEnvironment =
                Optional.ofNullable(environment.get("PKG_REGISTRY")).filter(text -> !text.isEmpty());
        String address = registry.or(() -> fromEnvironment)
                .or(() -> config.get("registry").map(GlobalOptions::address))
                .orElse(ClientSettings.DEFAULT_REGISTRY);
        return new ClientSettings(home, config, address, retryPause(environment), offline, environment);
    }

    // Read here already, where it is known who set it.
    private static String address(String fromConfig) {
        try {
            return Origin.parse(fromConfig).toString();
        } catch (Failure e) {
            throw Failure.usage("the config file sets registry wrongly: " + e.text())
                    .next("correct that line of it")
                    .causedBy(e);
        }
    }

    private static Duration retryPause(Map<String, String> environment) {
        String millis = environment.getOrDefault("PKG_RETRY_MILLIS", "");
        if (millis.isEmpty()) {
            return ClientSettings.DEFAULT_RETRY_PAUSE;
        }
        if (!millis.matches("[0-9]{1,5}")) {
            throw Failure.usage("PKG_RETRY_MILLIS is \"" + millis + "\"; expected milliseconds, at most 99999");
        }
        return Duration.ofMillis(Long.parseLong(millis));
    }
}
