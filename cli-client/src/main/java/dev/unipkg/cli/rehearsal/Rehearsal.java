package dev.unipkg.cli.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.cli.Pkg;
import dev.unipkg.cli.Surroundings;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.talk.Stdout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// Runs commands in a home of its own, with a sample package and a sample kernel on the shelf and something that
/// answers HTTP on this machine. A command that does not end as expected fails the build.
public final class Rehearsal {
    /// A command and the exit status it must have.
    private record Scene(int exit, String... command) {}

    /// What a stranger does, whose shelf is empty.
    private static final Scene[] FETCHING = {
        new Scene(3, "get", "acme/other:1.0"),
        new Scene(0, "get", "acme/tool:1.0"),
        new Scene(0, "get", "acme/tool:1.0"),
    };

    private static final Scene[] SCENES = {
        new Scene(0, "version", "--output", "json"),
        new Scene(0, "--help"),
        new Scene(0, "run", "--help"),
        new Scene(2, "nonsense"),
        new Scene(0, "list", "--shelf"),
        new Scene(0, "ps"),
        new Scene(0, "ps", "-a"),
        new Scene(0, "ps", "-a", "--output", "json"),
        new Scene(0, "logs", "ended"),
        new Scene(0, "inspect", "running"),
        new Scene(0, "stop", "ended"),
        new Scene(0, "complete-words", "--", "run", "acme/tool:"),
        new Scene(0, "cache", "ls"),
        new Scene(0, "list"),
        new Scene(0, "search", "tool"),
        new Scene(3, "info", "acme/other"),
        new Scene(0, "info", "acme/tool"),
        new Scene(0, "info", "acme/tool:1.0"),
        new Scene(0, "versions", "acme/tool"),
        new Scene(5, "get", "acme/other:1.0", "--offline"),
        new Scene(0, "get", "acme/tool:1.0"),
        new Scene(0, "contents", "acme/tool:1.0", "--offline"),
        new Scene(0, "image", "build", "acme/tool:1.0", "--kernel", "linux"),
        new Scene(0, "image", "build", "acme/tool:1.0", "--kernel", "linux", "--output", "json"),
        new Scene(0, "kernel", "get", "linux:1.0"),
        new Scene(
                1, "run", "acme/tool:1.0", "--kernel", "linux", "-p", "0:80", "--accel", "tcg", "--qemu", "/bin/false"),
    };

    private Rehearsal() {}

    public static void main(String[] args) throws IOException {
        Path home = Files.createTempDirectory("pkg");
        Path stranger = Files.createTempDirectory("pkg");
        Shelf shelf = Shelf.open(home);
        try (Answering registry = new Answering(shelf)) {
            registry.show(Props.put(shelf, registry.url()));
            InstanceProps.put(home);
            play(home, registry, SCENES);
            play(stranger, registry, FETCHING);
        } finally {
            delete(home);
            delete(stranger);
        }
    }

    private static void play(Path home, Answering registry, Scene[] scenes) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Stdout out = new Stdout(OutputStream.nullOutputStream(), UTF_8);
        Map<String, String> environment = Map.of("UNIPKG_HOME", home.toString(), "PKG_REGISTRY", registry.url());
        Surroundings surroundings = new Surroundings(InputStream.nullInputStream(), out, nowhere, false, environment);
        for (Scene scene : scenes) {
            int exit = Pkg.run(scene.command(), surroundings);
            if (exit != scene.exit()) {
                throw new IllegalStateException("pkg %s ended with %d, expected %d"
                        .formatted(String.join(" ", scene.command()), exit, scene.exit()));
            }
        }
    }

    private static void delete(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
