package dev.unipkg.cli.machine.readiness;

import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.format.oci.Readiness;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Probes a guest until it is ready, and tells why it is late.
public final class ReadinessWatch implements Closeable {
    // Long enough to tell a busy processor from an idle one.
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration FOREVER = Duration.ofDays(365);

    private final ReadinessProbe probe;
    private final Duration patience;
    private boolean ready;
    private volatile boolean closed;

    private ReadinessWatch(ReadinessProbe probe, Duration patience) {
        this.probe = probe;
        this.patience = patience;
    }

    /// The way of connections to a guest.
    ///
    /// @param network that has a forward to the probed port
    /// @param isUp whether the guest goes on from a snapshot, with its network up
    /// @param open lets connections come to the guest; called before each connection of the probe
    public record WayIn(Network network, boolean isUp, Runnable open) {}

    /// The signs of life that the host sees of a guest.
    public interface Signs {
        /// The processor time that QEMU took and waited for until now; empty where this host does not say.
        OptionalLong busyMillis() throws IOException;

        /// Milliseconds since the console's last byte; empty before the first.
        OptionalLong silentMillis() throws IOException;
    }

    /// The watch of an attempt, made before QEMU starts; empty where nothing is to be probed.
    ///
    /// @param patience how long the guest may take before it is late
    public static Optional<ReadinessWatch> prepare(Readiness wanted, WayIn way, Duration patience) {
        return probe(wanted, way).map(probe -> new ReadinessWatch(probe, patience));
    }

    private static Optional<ReadinessProbe> probe(Readiness wanted, WayIn way) {
        if (wanted instanceof Readiness.HttpGet(int port, String path)) {
            return Optional.of(portProbe(way, port, Optional.of(path)));
        }
        if (wanted instanceof Readiness.TcpConnect(int port)) {
            return Optional.of(portProbe(way, port, Optional.empty()));
        }
        return wanted instanceof Readiness.ConsoleText(String text)
                ? Optional.of(new ConsoleProbe(text))
                : Optional.empty();
    }

    private static PortProbe portProbe(WayIn way, int port, Optional<String> path) {
        PortForward forward = way.network().forward(port).orElseThrow();
        return new PortProbe(forward, path, new GuestTraffic(), way.isUp(), way.open());
    }

    /// Begins to read the guest's frames, if [#frameBytes] tells how much of them. QEMU waits for that when it has
    /// connected to pkg.
    ///
    /// @param pipe the named pipe that QEMU writes them to
    /// @throws IOException where it cannot be opened
    public void readFrames(Path pipe) throws IOException {
        if (probe instanceof PortProbe port) {
            port.traffic().open(pipe);
        }
    }

    /// How many bytes of each of the guest's frames the probe reads; empty where it reads none.
    public OptionalInt frameBytes() {
        return probe instanceof PortProbe ? OptionalInt.of(GuestTraffic.FRAME_BYTES) : OptionalInt.empty();
    }

    /// Whether the probe reads the console.
    public boolean readsConsole() {
        return probe instanceof ConsoleProbe;
    }

    /// Takes the next bytes of the console; only one thread may call it.
    public void addConsole(byte[] bytes, int count) {
        if (probe instanceof ConsoleProbe console) {
            console.add(bytes, count);
        }
    }

    /// Probes until the guest is ready, its time is over, or this is closed.
    ///
    /// @return why the guest is late, as a clause; empty where it is not
    public Optional<String> awaitInTime(Signs signs) throws IOException, InterruptedException {
        Duration look = patience.compareTo(LOOK) < 0 ? patience : LOOK;
        ready = probe.await(patience.minus(look));
        if (ready) {
            return Optional.empty();
        }
        OptionalLong before = signs.busyMillis();
        ready = probe.await(look);
        if (ready || closed) {
            return Optional.empty();
        }
        OptionalLong after = signs.busyMillis();
        OptionalLong percent = before.isEmpty() || after.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(100 * (after.getAsLong() - before.getAsLong()) / look.toMillis());
        GuestActivity activity = new GuestActivity(signs.silentMillis(), percent);
        return Optional.of(probe.whyNotReady() + "; " + activity.clause());
    }

    /// Probes until the guest is ready or this is closed, on the thread that called [#awaitInTime].
    ///
    /// @return whether it is ready
    public boolean await() throws IOException, InterruptedException {
        while (!ready && !closed) {
            ready = probe.await(FOREVER);
        }
        return ready;
    }

    /// Waits until nothing of the probe is left in the guest, a second at most.
    public void awaitQuiet() throws InterruptedException {
        probe.awaitQuiet();
    }

    @Override
    public void close() {
        closed = true;
        probe.close();
    }
}
