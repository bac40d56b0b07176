package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Bootable;
import dev.unipkg.cli.compose.ComposedImage;
import dev.unipkg.cli.machine.network.HostPorts;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.snapshot.SnapshotKey;
import dev.unipkg.cli.machine.snapshot.Snapshots;
import dev.unipkg.cli.machine.snapshot.Template;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Claim;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/// Makes the snapshot from which later runs go on.
final class Warming {
    private Warming() {}

    /// Makes the snapshot for a plan, unless it is there.
    ///
    /// @throws Failure where there can be none
    static int make(Session session, Bootable bootable, BootPlan asked) throws IOException, InterruptedException {
        if (!(bootable instanceof ComposedImage image)) {
            throw Failure.usage("there is no snapshot of a Unikraft image; it boots");
        }
        BootPlan plan = hidden(asked);
        KvmFailures kvmFailures = Run.kvmFailures(session);
        LaunchMode mode = LaunchMode.first(plan, kvmFailures, session.messages());
        SnapshotKey key = SnapshotKey.of(plan, mode.accelerator(), image.key());
        Snapshots snapshots = new Snapshots(session.shelf().snapshots());
        // The second pkg that wants the same waits here and then finds it.
        try (Claim claim = session.shelf().claim(key.digest())) {
            if (!(snapshots.find(key) instanceof Snapshots.Found.Whole)) {
                session.messages().say("booting %s once more for a snapshot".formatted(plan.reference()));
                // The image is not removed from under a machine that has opened it.
                session.close();
                Template.make(plan, kvmFailures, snapshots, key, image.kernelName());
            }
        } catch (IOException e) {
            throw new Failure(
                            ExitCode.GUEST_FAILED,
                            "no-snapshot",
                            "there is no snapshot of " + plan.reference() + ": " + e.getMessage())
                    .causedBy(e);
        }
        session.messages().say("%s can be resumed".formatted(plan.reference()));
        return ExitCode.DONE.number();
    }

    // The same machine where it reaches nothing, and only the probe reaches it.
    private static BootPlan hidden(BootPlan plan) {
        OptionalInt port = plan.probe().guestPort();
        if (port.isEmpty()) {
            throw Failure.usage("nothing tells when %s has answered: it names no port that it is ready at"
                    .formatted(plan.reference()));
        }
        List<PortForward> forwards = HostPorts.settle(
                List.of(new PortForward(PortForward.LOOPBACK, 0, port.getAsInt(), PortForward.Protocol.TCP)));
        Guest guest = plan.guest();
        return new BootPlan(
                plan.reference(),
                plan.qemu(),
                plan.machine(),
                new Guest(
                        guest.image(),
                        guest.arch(),
                        guest.memory(),
                        guest.cpus(),
                        new Network(forwards, Network.Reach.NOTHING)),
                plan.accelerator(),
                false,
                plan.waiting());
    }
}
