package dev.unipkg.cli;

import dev.unipkg.cli.output.Stdout;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/// The environment of a command, as a process gets it from the system.
///
/// @param terminal whether `err` is a terminal
/// @param environment the environment variables
public record Surroundings(
        InputStream in, Stdout out, PrintStream err, boolean terminal, Map<String, String> environment) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }
}
