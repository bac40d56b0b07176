package dev.unipkg.cli.machine.qemu;

import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.format.Arch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The way QEMU is started, which changes when this host does not support it.
///
/// @param sandboxed whether it is kept from starting programs
/// @param passt the program of its network; empty for QEMU's own
/// @param memory where the guest's memory is
public record LaunchMode(Accelerator accelerator, boolean sandboxed, Optional<Path> passt, GuestMemory memory) {
    /// The first to try.
    ///
    /// @param passt as [#passt(Network)] gives it
    /// @throws Failure when the user chose KVM and this host does not offer it for the guest
    public static LaunchMode first(BootPlan plan, Optional<Path> passt, KvmFailures kvmFailures, Messages messages) {
        if (passt.isEmpty() && wantsPasst(plan.guest().network())) {
            warnOfLoopback("passt is not installed (Debian: passt)", plan, messages);
        }
        return new LaunchMode(accelerator(plan, kvmFailures), true, passt, new GuestMemory.Own());
    }

    /// The mode of a machine that boots to become a snapshot. Its network is QEMU's own, since it leads nowhere.
    ///
    /// @param ram the file of its memory
    public static LaunchMode template(Accelerator accelerator, Path ram) {
        return new LaunchMode(accelerator, true, Optional.empty(), new GuestMemory.Template(ram));
    }

    /// The same for a machine that goes on from a snapshot.
    public LaunchMode resuming(SavedMachine machine) {
        return new LaunchMode(accelerator, sandboxed, passt, new GuestMemory.Saved(machine));
    }

    /// The same for a machine that boots.
    public LaunchMode booting() {
        return new LaunchMode(accelerator, sandboxed, passt, new GuestMemory.Own());
    }

    /// How long a guest may take to be ready.
    public Duration patience(BootPlan plan) {
        return memory instanceof GuestMemory.Saved(SavedMachine machine)
                ? machine.patience()
                : plan.waiting().patience();
    }

    public boolean resumes() {
        return memory instanceof GuestMemory.Saved;
    }

    /// Whether TCG takes over where KVM does not run the guest.
    public boolean mayBecomeTcg(BootPlan plan) {
        return accelerator == Accelerator.KVM && plan.accelerator() == Accelerator.Choice.AUTO;
    }

    public LaunchMode withTcg() {
        return new LaunchMode(Accelerator.TCG, sandboxed, passt, memory);
    }

    public LaunchMode unsandboxed() {
        return new LaunchMode(accelerator, false, passt, memory);
    }

    public LaunchMode withoutPasst() {
        return new LaunchMode(accelerator, sandboxed, Optional.empty(), memory);
    }

    public static void warnOfLoopback(String why, BootPlan plan, Messages messages) {
        messages.say(why + ", so " + plan.reference()
                + " reaches what listens on this host's loopback, as 10.0.2.2; --isolate forbids it,"
                + " --host-access allows it");
    }

    /// The accelerator to try first.
    ///
    /// @throws Failure as [#first] does
    public static Accelerator accelerator(BootPlan plan, KvmFailures kvmFailures) {
        boolean native_ = plan.guest().arch() == Arch.host();
        return switch (plan.accelerator()) {
            case TCG -> Accelerator.TCG;
            case KVM -> {
                if (!native_ || !kvmFailures.offered()) {
                    throw Failure.failed(
                                    native_
                                            ? "/dev/kvm cannot be opened for reading and writing here"
                                            : "KVM on this " + Arch.host() + " host runs no "
                                                    + plan.guest().arch() + " guest")
                            .next("run with --accel tcg, or without --accel");
                }
                yield Accelerator.KVM;
            }
            case AUTO ->
                native_ && kvmFailures.offered() && !kvmFailures.include(plan.qemu())
                        ? Accelerator.KVM
                        : Accelerator.TCG;
        };
    }

    /// The program of a network that keeps the guest from this host's loopback; empty for QEMU's own network.
    public static Optional<Path> passt(Network network) {
        return wantsPasst(network) ? Qemu.find("passt") : Optional.empty();
    }

    // QEMU's own network does where the guest may reach all or nothing.
    private static boolean wantsPasst(Network network) {
        return network.reach() == Network.Reach.OUTSIDE;
    }
}
