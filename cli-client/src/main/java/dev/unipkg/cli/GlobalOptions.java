package dev.unipkg.cli;

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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// pkg itself: the options that every command has, before or after the command's name.
@Command(
        name = "pkg",
        description = "Packages for unikernels: find, get, run, build, push.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  pkg search nginx",
            "  pkg run nginx -p 8080:80",
            "",
            "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 5 network, 6 the guest failed.",
            "The registry is --registry, else PKG_REGISTRY, else 'registry' in the config file."
        })
final class GlobalOptions {
    boolean json;

    @Option(
            names = "--registry",
            scope = ScopeType.INHERIT,
            paramLabel = "<address>",
            description = "The registry to use; moves every endpoint.")
    Optional<String> registry = Optional.empty();

    @Option(names = "--offline", scope = ScopeType.INHERIT, description = "Open no socket; use what is here.")
    boolean offline;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Say nothing but failures.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say more, as why a machine boots that might have been resumed.")
    boolean verbose;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where failures come from.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(
            names = "--output",
            scope = ScopeType.INHERIT,
            paramLabel = "text|json",
            description = "What the result on stdout is for: people (text) or programs (json).")
    void output(OutputFormat format) {
        json = format == OutputFormat.JSON;
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
