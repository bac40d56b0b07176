package dev.unipkg.cli.machine.qemu;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Finds out whether KVM runs a guest or only interprets its instructions.
public final class KvmWatch {
    // A guest that has done nothing by then is not held up by KVM.
    private static final long MILLIS = 30_000;

    private static final Duration LOOK = Duration.ofMillis(200);

    private KvmWatch() {}

    /// The process id of the machine; empty when it is not to be watched any longer.
    public interface Watched {
        Optional<Long> pid() throws IOException;
    }

    /// Watches until the pace is known, the process ends or the time is over.
    public static boolean isInterpreting(Process process, Watched watched) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        ProcessorTime before = ProcessorTime.NONE;
        while ((System.nanoTime() - begun) / 1_000_000 < MILLIS && !process.waitFor(LOOK)) {
            Optional<Long> machine = watched.pid();
            if (machine.isEmpty()) {
                return false;
            }
            ProcessorTime now = ProcessorTime.of(machine.get());
            ProcessorTime since = now.since(before);
            if (since.isInterpreting() || since.isRunning()) {
                return since.isInterpreting();
            }
            before = since.isTelling() ? now : before;
        }
        return false;
    }
}
