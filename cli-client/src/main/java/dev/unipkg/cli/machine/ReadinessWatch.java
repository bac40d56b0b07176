package dev.unipkg.cli.machine;

import dev.unipkg.format.oci.Readiness;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Watches one attempt until its guest is ready, and tells when it is late.
final class ReadinessWatch implements Closeable {
    // Long enough to tell a busy processor from an idle one.
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration FOREVER = Duration.ofDays(365);

    private final ReadinessProbe probe;
    private final Duration patience;
    private volatile boolean closed;

    private ReadinessWatch(ReadinessProbe probe, Duration patience) {
        this.probe = probe;
        this.patience = patience;
    }

    /// The watch for a plan, made before QEMU starts; empty where nothing is to be probed.
    static Optional<ReadinessWatch> prepare(BootPlan plan, InstanceFolder folder) throws IOException {
        return switch (plan.probe()) {
            case Readiness.NoProbe() -> Optional.empty();
            case Readiness.ConsoleText(String text) -> Optional.of(of(new ConsoleProbe(text), plan));
            case Readiness.TcpConnect(int port) -> Optional.of(ofPort(plan, port, Optional.empty(), folder));
            case Readiness.HttpGet(int port, String path) -> Optional.of(ofPort(plan, port, Optional.of(path), folder));
        };
    }

    private static ReadinessWatch ofPort(BootPlan plan, int port, Optional<String> path, InstanceFolder folder)
            throws IOException {
        GuestTraffic traffic = GuestTraffic.open(folder.file(InstanceFolder.TRAFFIC));
        return of(new PortProbe(plan.forward(port).orElseThrow(), path, traffic), plan);
    }

    private static ReadinessWatch of(ReadinessProbe probe, BootPlan plan) {
        return new ReadinessWatch(probe, plan.waiting().patience());
    }

    /// Whether QEMU is to write the guest's frames to the pipe of [InstanceFolder#TRAFFIC].
    boolean readsTraffic() {
        return probe instanceof PortProbe;
    }

    /// The probe that wants the console's bytes, where it is one.
    Optional<ConsoleProbe> consoleProbe() {
        return probe instanceof ConsoleProbe console ? Optional.of(console) : Optional.empty();
    }

    /// Probes until the guest is ready or this is closed.
    void run(Attempt attempt, Consumer<MachineEvent> events) throws IOException, InterruptedException {
        Duration look = patience.compareTo(LOOK) < 0 ? patience : LOOK;
        boolean ready = probe.await(patience.minus(look));
        if (!ready) {
            OptionalLong before = attempt.busyMillis();
            ready = probe.await(look);
            if (!ready && !closed) {
                OptionalLong after = attempt.busyMillis();
                OptionalLong percent = before.isEmpty() || after.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(100 * (after.getAsLong() - before.getAsLong()) / look.toMillis());
                GuestActivity activity = new GuestActivity(attempt.silentMillis(), percent);
                events.accept(new MachineEvent.Late(attempt, probe.shortfall() + "; " + activity.clause()));
            }
        }
        while (!ready && !closed) {
            ready = probe.await(FOREVER);
        }
        if (ready) {
            events.accept(new MachineEvent.Ready(attempt));
        }
    }

    @Override
    public void close() {
        closed = true;
        probe.close();
    }
}
