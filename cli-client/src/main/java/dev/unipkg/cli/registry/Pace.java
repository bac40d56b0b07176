package dev.unipkg.cli.registry;

import java.time.Duration;

/// How slow a registry may be before what it sends counts as cut.
///
/// @param silence the longest wait for a connection, and for the next bytes of an answer
/// @param head the longest wait for the whole head of an answer, from the connection on, or from the end of what is
///     sent
/// @param check the same for both where the registry checks what it was sent before it answers
/// @param bytes the fewest bytes of an answer that must come while `window` is waited for them
/// @param window how long is waited before the bytes are counted; what the reader does between them is no waiting
public record Pace(Duration silence, Duration head, Duration check, long bytes, Duration window) {

    /// The slowest server that commands accept: a minute for the head of an answer, or as long as our registry
    /// holds a connection open while it checks a version; then 1 KiB a second over a minute. The slowest of
    /// links bring more; without a limit, a byte now and then would do for ever.
    public static final Pace SLOWEST = new Pace(
            Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMinutes(15), 60 << 10, Duration.ofSeconds(60));
}
