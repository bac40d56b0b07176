package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Bootable;
import dev.unipkg.cli.compose.ComposedImage;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.snapshot.Resuming;
import dev.unipkg.cli.machine.snapshot.Snapshots;
import dev.unipkg.cli.machine.snapshot.Template;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Claim;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The snapshots from which runs go on: finds them for a run, and makes them.
final class Warming {
    private Warming() {}

    /// The snapshots that a guest may go on from; empty where it boots.
    ///
    /// @param order that makes a snapshot where there is none
    /// @throws Failure when the user asks for what the package forbids
    static Optional<Resuming> resuming(Session session, Bootable bootable, BootPlan plan, Asked asked)
            throws IOException {
        ResumeChoice.Wish wish = asked.wish();
        boolean isSet = plan.machine().hasAgentPort(plan.guest().image());
        ResumeChoice choice = ResumeChoice.of(plan.reference(), bootable.resume(), isSet, wish);
        Optional<String> hindrance = hindrance(bootable, plan, asked);
        if (choice instanceof ResumeChoice.Resumes && hindrance.isPresent()) {
            choice = new ResumeChoice.Boots(Optional.of(plan.reference() + " boots: " + hindrance.get()));
        }
        if (choice instanceof ResumeChoice.Boots(Optional<String> why)) {
            why.ifPresent(wish == ResumeChoice.Wish.ASKED ? session.messages()::say : session.messages()::detail);
            return Optional.empty();
        }
        Snapshots snapshots = new Snapshots(session.shelf().snapshots());
        return Optional.of(new Resuming(
                snapshots,
                ((ComposedImage) bootable).key(),
                new TemplateProcess(snapshots, asked.order())::start,
                ((ResumeChoice.Resumes) choice).note(),
                session.messages()));
    }

    /// The wish of the user.
    ///
    /// @param order the words that boot the same
    /// @param again whether the instance has a disk of its own from an earlier boot
    /// @param interactive whether the guest has standard input
    record Asked(ResumeChoice.Wish wish, Instance.Order order, boolean again, boolean interactive) {}

    private static Optional<String> hindrance(Bootable bootable, BootPlan plan, Asked asked) {
        if (!(bootable instanceof ComposedImage)) {
            return Optional.of("there are no snapshots of Unikraft images");
        }
        if (asked.interactive()) {
            return Optional.of("a guest with standard input has its own");
        }
        if (asked.again()) {
            return Optional.of("an instance that is started again boots anew");
        }
        if (plan.waiting().patience().isZero()) {
            return Optional.of("with --wait 0 nothing asks whether it has answered");
        }
        return plan.probe().guestPort().isPresent()
                ? Optional.empty()
                : Optional.of("no published port tells that it has answered");
    }

    /// The forwards of a template that was asked for without any: to the port that tells that it has answered, else the
    /// first TCP port of the package.
    static List<PortForward> forwards(Bootable bootable) {
        return bootable.readiness()
                .map(Readiness::guestPort)
                .filter(OptionalInt::isPresent)
                .map(OptionalInt::getAsInt)
                .or(() -> bootable.ports().stream()
                        .filter(port -> port.endsWith("/tcp"))
                        .map(port -> Integer.parseInt(port.substring(0, port.indexOf('/'))))
                        .findFirst())
                .map(port -> new PortForward(PortForward.LOOPBACK, 0, port, PortForward.Protocol.TCP))
                .map(List::of)
                .orElse(List.of());
    }

    /// Makes the snapshot for a plan, unless it is there.
    ///
    /// @throws Failure where there can be none
    static int make(Session session, Bootable bootable, BootPlan plan) throws IOException, InterruptedException {
        if (!(bootable instanceof ComposedImage image)) {
            throw Failure.usage("there are no snapshots of Unikraft images; " + plan.reference() + " boots");
        }
        if (bootable.resume().orElse(null) instanceof ResumeDeclaration.Never) {
            throw ResumeChoice.never(plan.reference(), "--warm");
        }
        if (plan.probe().guestPort().isEmpty()) {
            throw Failure.usage("no port of " + plan.reference()
                            + " tells that it has answered, so there is no snapshot of it")
                    .next("name the port with -p, as in pkg run --resume " + plan.reference() + " -p 8080:80");
        }
        KvmFailures kvmFailures = Run.kvmFailures(session);
        Snapshots snapshots = new Snapshots(session.shelf().snapshots());
        // The second pkg that wants the same waits here and then finds it.
        try (Claim claim = session.shelf().claimSnapshot(image.key())) {
            session.messages().say("booting %s once more for a snapshot".formatted(plan.reference()));
            // Others may remove content meanwhile: what the template has opened stays with it.
            session.close();
            Template.make(plan, kvmFailures, snapshots, image.key(), image.kernelName());
        } catch (IOException e) {
            throw Template.failure(ExitCode.GUEST_FAILED, plan, e);
        }
        session.messages().say("%s can be resumed".formatted(plan.reference()));
        return ExitCode.DONE.number();
    }
}
