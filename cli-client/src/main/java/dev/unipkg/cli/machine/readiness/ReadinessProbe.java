package dev.unipkg.cli.machine.readiness;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/// Sees whether a guest's program is ready.
interface ReadinessProbe extends Closeable {
    /// Waits until the program is ready. May be called again after it was not.
    ///
    /// @return false after `patience`, or when the probe is closed by another thread
    boolean await(Duration patience) throws IOException, InterruptedException;

    /// Waits until nothing of the probe is left in the guest, such as a connection that it has not closed yet; a second
    /// at
    /// most.
    default void awaitQuiet() throws InterruptedException {}

    /// Why the program is not ready, as a clause: `port 80 refuses connections`.
    String whyNotReady();

    @Override
    void close();
}
