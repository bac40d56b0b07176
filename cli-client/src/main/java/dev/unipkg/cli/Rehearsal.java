package dev.unipkg.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// Runs commands that need nothing from outside, so that the build can see which classes pkg loads and put them
/// into the start-up cache. Nobody but the build starts it.
final class Rehearsal {
    // Nothing listens on port 1, so that a command comes as far as a refused connection.
    private static final String[][] COMMANDS = {
        {"version", "--output", "json"},
        {"--help"},
        {"list", "--shelf"},
        {"nonsense"},
        {"get", "acme/tool:1.0", "--registry", "http://127.0.0.1:1", "--offline"},
        {"info", "acme/tool", "--offline"},
    };

    private Rehearsal() {}

    public static void main(String[] args) throws IOException {
        Path home = Files.createTempDirectory("pkg");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Surroundings surroundings = new Surroundings(
                InputStream.nullInputStream(), nowhere, nowhere, false, Map.of("UNIPKG_HOME", home.toString()));
        for (String[] command : COMMANDS) {
            int unused = Pkg.run(command, surroundings);
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
