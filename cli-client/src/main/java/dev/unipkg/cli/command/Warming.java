package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Bootable;
import dev.unipkg.cli.compose.ComposedImage;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.snapshot.Snapshots;
import dev.unipkg.cli.machine.snapshot.Template;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Claim;
import java.io.IOException;

/// Makes the snapshot from which later runs go on.
final class Warming {
    private Warming() {}

    /// Makes the snapshot for a plan, unless it is there.
    ///
    /// @throws Failure where there can be none
    static int make(Session session, Bootable bootable, BootPlan plan) throws IOException, InterruptedException {
        if (!(bootable instanceof ComposedImage image)) {
            throw Failure.usage("there is no snapshot of a Unikraft image; it boots");
        }
        KvmFailures kvmFailures = Run.kvmFailures(session);
        Snapshots snapshots = new Snapshots(session.shelf().snapshots());
        // The second pkg that wants the same waits here and then finds it.
        try (Claim claim = session.shelf().claim(image.key())) {
            session.messages().say("booting %s once more for a snapshot".formatted(plan.reference()));
            // Others may remove content meanwhile: what the template has opened stays with it.
            session.close();
            Template.make(plan, kvmFailures, snapshots, image.key(), image.kernelName());
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
}
