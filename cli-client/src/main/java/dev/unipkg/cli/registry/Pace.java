package dev.unipkg.cli.registry;

import java.time.Duration;

/// How slow a registry may be before what it sends counts as cut.
///
/// @param silence the longest wait for a connection, and for the next bytes of an answer
/// @param bytes the fewest bytes of an answer that must come while `window` is waited for them
/// @param window how long is waited before the bytes are counted; what the reader does between them is no waiting
public record Pace(Duration silence, long bytes, Duration window) {

    /// What commands put up with: 1 KiB a second over a minute. The slowest of links bring more; without a limit, a
    /// byte now and then would do for ever.
    public static final Pace SLOWEST = new Pace(Duration.ofSeconds(30), 60 << 10, Duration.ofSeconds(60));
}
