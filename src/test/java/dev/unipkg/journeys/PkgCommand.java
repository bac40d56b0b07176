package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The packed client as a user starts it: a process, its two streams and its exit code.
final class PkgCommand {

    static final Path LAUNCHER =
            Path.of("../../cli-client/target/pkg/bin/pkg").toAbsolutePath().normalize();
    private static final long TIMEOUT_SECONDS = 180;

    /// The result of a command.
    record Result(int exitCode, String output, String talk) {

        /// The result, when the command succeeded; an error with everything it said otherwise.
        Result succeeded() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + "\nstdout:\n" + output + "\nstderr:\n" + talk);
            }
            return this;
        }
    }

    private final Map<String, String> environment;

    private PkgCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /// The client with a shelf of its own that nothing is on yet.
    static PkgCommand pkg() {
        try {
            return pkg(Files.createTempDirectory("pkg-home"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The client with this folder as its home.
    static PkgCommand pkg(Path home) {
        return new PkgCommand(Map.of("UNIPKG_HOME", home.toString()));
    }

    /// The same client, asking this registry.
    PkgCommand at(String registry) {
        return with("PKG_REGISTRY", registry);
    }

    PkgCommand with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new PkgCommand(more);
    }

    /// The variables with which it is started, beside those of this process.
    Map<String, String> environment() {
        return Collections.unmodifiableMap(environment);
    }

    /// Runs it to its end.
    Result run(String... arguments) {
        return runWithInput("", arguments);
    }

    /// Runs it to its end, with `input` on its standard input.
    Result runWithInput(String input, String... arguments) {
        try {
            Path output = Files.createTempFile("pkg", ".out");
            Path talk = Files.createTempFile("pkg", ".err");
            Path typed = Files.writeString(Files.createTempFile("pkg", ".in"), input);
            Process process = builder(arguments)
                    .redirectInput(typed.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(talk.toFile())
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("pkg " + String.join(" ", arguments) + " did not end within " + TIMEOUT_SECONDS
                        + " s\n" + Files.readString(output) + Files.readString(talk));
            }
            return new Result(process.exitValue(), read(output), read(talk));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Starts it and lets it run; both its streams are its output.
    Process start(String... arguments) throws IOException {
        return builder(arguments).redirectErrorStream(true).start();
    }

    /// Starts it and lets it run; both its streams go to `console`.
    Process start(Path console, String... arguments) throws IOException {
        return builder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
    }

    private ProcessBuilder builder(String... arguments) {
        if (!Files.isExecutable(LAUNCHER)) {
            throw new IllegalStateException("no packed client at " + LAUNCHER + "; ./mvnw package makes it");
        }
        // A shell has what it starts in the background ignore Ctrl-C, and so would all that is started from there.
        List<String> line = new ArrayList<>(List.of("env", "--default-signal=INT", LAUNCHER.toString()));
        Collections.addAll(line, arguments);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("UNIPKG_") && !name.equals("UNIPKG_NANOS_RELEASE"));
        builder.environment().remove("PKG_REGISTRY");
        // The packed client brings its own runtime, so a machine without any Java must do.
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(environment);
        return builder;
    }

    private static String read(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), UTF_8);
        Files.delete(file);
        return text;
    }
}
