package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.cli.output.Stdout;
import dev.unipkg.cli.training.FakeRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs pkg the way its main method does, with a home of its own.
record PkgCommand(Path home, Map<String, String> environment, String input) {

    /// The result of a command.
    record Result(int exit, String out, String err) {}

    static PkgCommand at(Path home, FakeRegistry registry) {
        return at(home, registry.url());
    }

    static PkgCommand at(Path home, String registry) {
        return new PkgCommand(
                home, Map.of("UNIPKG_HOME", home.toString(), "PKG_REGISTRY", registry, "PKG_RETRY_MILLIS", "5"), "");
    }

    PkgCommand input(String text) {
        return new PkgCommand(home, environment, text);
    }

    PkgCommand with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new PkgCommand(home, more, input);
    }

    Result run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                new Stdout(out, UTF_8),
                new PrintStream(err, false, UTF_8),
                false,
                environment);
        int exit = Pkg.run(args, surroundings);
        return new Result(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /// Starts it in a process of its own, with stderr going where stdout goes.
    Process start(String... args) throws IOException {
        return process(args).redirectErrorStream(true).start();
    }

    /// A process of its own that is yet to be started.
    ProcessBuilder process(String... args) {
        // A shell has what it starts in the background ignore Ctrl-C, and so would all that is started from there.
        List<String> line = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.unipkg.cli.Pkg"));
        line.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(environment);
        return builder;
    }
}
