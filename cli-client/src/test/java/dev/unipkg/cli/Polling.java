package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

/// Waits for what another process does without an event.
final class Polling {
    private static final int PAUSE_MILLIS = 10;

    private Polling() {}

    /// Something that can be seen from outside of a process.
    interface Condition {
        boolean holds() throws Exception;
    }

    /// Looks until it is so, as long as the process lives.
    static void until(Process process, Condition condition) throws Exception {
        while (!condition.holds()) {
            assertThat(process.isAlive()).as("is alive").isTrue();
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
