package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.qemu.Qmp;
import dev.unipkg.cli.machine.readiness.ReadinessWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The probe of one attempt, where one runs, and the copying of frames that it needs.
///
/// @param qmp gives the conversation with QEMU, once there is one
record Probing(Optional<ReadinessWatch> watch, Supplier<@Nullable Qmp> qmp) {
    /// Made before QEMU starts.
    ///
    /// @param openForwards lets connections come to the guest
    static Probing prepare(BootPlan plan, LaunchMode mode, Runnable openForwards, Supplier<@Nullable Qmp> qmp) {
        ReadinessWatch.WayIn way = new ReadinessWatch.WayIn(plan.guest().network(), mode.resumes(), openForwards);
        return new Probing(ReadinessWatch.prepare(plan.probe(), way, mode.patience(plan)), qmp);
    }

    /// Probes on a thread of its own, and tells what comes of it. A probe of a port opens the forwards.
    void start(Attempt attempt, Consumer<MachineEvent> events) {
        if (frameBytes().isEmpty()) {
            // Nothing tells when the guest's network is up.
            attempt.openForwards();
        }
        watch.ifPresent(probe -> WatchThread.start("readiness", () -> {
            boolean resumes = attempt.mode().resumes();
            probe.awaitInTime(attempt)
                    .ifPresent(why -> events.accept(
                            resumes ? new MachineEvent.NotResumed(attempt, why) : new MachineEvent.Late(attempt, why)));
            if (probe.await()) {
                stopTraffic();
                events.accept(new MachineEvent.Ready(attempt));
            }
        }));
    }

    /// Begins to read the guest's frames, for which a QEMU that has connected waits.
    void readFrames(Path pipe) throws IOException {
        if (watch.isPresent()) {
            watch.get().readFrames(pipe);
        }
    }

    /// How many bytes of each of the guest's frames QEMU is to copy; empty where none.
    OptionalInt frameBytes() {
        return watch.map(ReadinessWatch::frameBytes).orElseGet(OptionalInt::empty);
    }

    /// Takes the next bytes of the console.
    void addConsole(byte[] bytes, int count) {
        watch.ifPresent(probe -> probe.addConsole(bytes, count));
    }

    /// Lets QEMU copy no more frames. It stops by itself when the pipe has no reader, and logs an error.
    void stopTraffic() {
        Qmp conversation = qmp.get();
        if (conversation != null && frameBytes().isPresent()) {
            try {
                conversation.stopTraffic();
            } catch (IOException e) {
                // It was stopped before, or QEMU has ended.
                return;
            }
        }
    }

    void close() {
        watch.ifPresent(ReadinessWatch::close);
    }
}
