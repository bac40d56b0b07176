package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.format.oci.Readiness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// The decisions that are made before anything is started.
///
/// @param reference of the package, in the user's words
/// @param qemu the program
public record BootPlan(
        String reference,
        Path qemu,
        Machine machine,
        Guest guest,
        Accelerator.Choice accelerator,
        boolean detached,
        Waiting waiting) {

    /// The readiness probe that runs: the package's, or a connection to the first TCP forward. None if its port
    /// is not forwarded, or the caller does not wait.
    public Readiness probe() {
        if (waiting.patience().isZero()) {
            return new Readiness.NoProbe();
        }
        Readiness wanted = waiting.readiness()
                .or(() -> guest.forwards().stream()
                        .filter(forward -> forward.protocol() == PortForward.Protocol.TCP)
                        .findFirst()
                        .map(forward -> new Readiness.TcpConnect(forward.guestPort())))
                .orElseGet(Readiness.NoProbe::new);
        OptionalInt port = wanted.guestPort();
        return port.isEmpty() || guest.network().forward(port.getAsInt()).isPresent()
                ? wanted
                : new Readiness.NoProbe();
    }

    public boolean isProbed() {
        return !(probe() instanceof Readiness.NoProbe);
    }

    /// How long pkg waits for a guest.
    ///
    /// @param readiness the package's probe
    /// @param patience how long a guest may take to be ready; zero: no probe runs
    /// @param onTimeout what becomes of a detached guest that takes longer
    /// @param grace how long a guest that was asked to end may take before it is killed
    public record Waiting(Optional<Readiness> readiness, Duration patience, OnTimeout onTimeout, Duration grace) {}

    /// The fate of a detached guest that is not ready in time.
    public enum OnTimeout {
        KEEP,
        STOP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
