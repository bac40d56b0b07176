package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.instance.HostProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Finds out whether KVM runs a guest or only interprets its instructions.
final class KvmWatch {
    // A guest that has done nothing by then is not held up by KVM.
    private static final long MILLIS = 30_000;

    private static final Duration LOOK = Duration.ofMillis(200);

    private KvmWatch() {}

    /// The process of the machine; empty when it is not to be watched any longer.
    interface Watched {
        Optional<HostProcess> machine() throws IOException;
    }

    /// Watches until the pace is known, the process ends or the time is over.
    static boolean isInterpreting(Process process, Watched watched) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        ProcessorTime before = ProcessorTime.NONE;
        while ((System.nanoTime() - begun) / 1_000_000 < MILLIS && !process.waitFor(LOOK)) {
            Optional<HostProcess> machine = watched.machine();
            if (machine.isEmpty()) {
                return false;
            }
            ProcessorTime now = ProcessorTime.of(machine.get().pid());
            ProcessorTime since = now.since(before);
            if (since.isInterpreting() || since.isRunning()) {
                return since.isInterpreting();
            }
            before = since.isTelling() ? now : before;
        }
        return false;
    }
}
