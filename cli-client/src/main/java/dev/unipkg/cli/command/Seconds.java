package dev.unipkg.cli.command;

import dev.unipkg.cli.output.Failure;
import java.time.Duration;

/// Reads the values of options that take a number of seconds.
public final class Seconds {
    private Seconds() {}

    /// @throws Failure when the number is negative
    public static Duration of(String option, int seconds) {
        if (seconds < 0) {
            throw Failure.usage(option + " wants a number of seconds, 0 or more, not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }
}
