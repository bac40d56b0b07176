package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.console.GuestStreams;
import dev.unipkg.cli.machine.instance.Ending;
import dev.unipkg.cli.machine.instance.HostProcess;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceEnd;
import dev.unipkg.cli.machine.instance.InstanceFolder;
import dev.unipkg.cli.machine.network.HostPorts;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.qemu.QemuStart;
import dev.unipkg.cli.machine.snapshot.Resuming;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.LiveOutput;
import dev.unipkg.cli.output.Messages;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Boots one instance and watches over it: until its end in the foreground, until it is ready when detached.
///
/// All events of the machine go to one queue, and the thread that called [#run] decides.
public final class Boot {

    private static final long BOOTED_MILLIS = 10_000;

    private final BootPlan plan;
    private final KvmFailures kvmFailures;
    private final Optional<Resuming> resuming;
    private final Messages messages;
    private final BlockingQueue<MachineEvent> events = new LinkedBlockingQueue<>();
    private final InstanceFolder folder;
    private final GuestStreams streams;
    private final Shutdown shutdown;
    private Attempt attempt;
    private Instance instance;

    private Boot(BootPlan plan, Begun begun, EarlierRuns earlier, Messages messages, GuestStreams streams)
            throws IOException {
        this.plan = plan;
        this.kvmFailures = earlier.kvmFailures();
        this.resuming = earlier.resuming();
        this.messages = messages;
        this.streams = streams;
        this.shutdown = new Shutdown(plan.reference(), plan.waiting().grace(), messages);
        this.folder = begun.folder();
        try {
            this.instance = folder.requireRecord();
            LaunchMode mode = LaunchMode.first(plan, begun.start().passt(), kvmFailures, messages);
            if (!plan.detached() && !QemuStart.diesWithPkg()) {
                messages.say(
                        "setsid and setpriv (Debian: util-linux) are missing: should pkg be killed, the machine runs"
                                + " on");
            }
            this.attempt = start(begun, mode, true);
        } catch (IOException | RuntimeException e) {
            begun.close();
            folder.discard();
            throw e;
        }
        try {
            write(instance.started(attempt.mode(), attempt.process().toHandle()));
        } catch (IOException | RuntimeException e) {
            attempt.close();
            folder.discard();
            throw e;
        }
    }

    /// Starts the instance and stays with it.
    ///
    /// @param begun with a record; its folder is deleted when the instance ends while pkg watches it
    /// @param streams of a guest in the foreground
    /// @throws Failure when the machine cannot be started, gives up or panics, or is stopped because it is late
    public static BootResult run(
            BootPlan plan, Begun begun, EarlierRuns earlier, Messages messages, GuestStreams streams)
            throws IOException, InterruptedException {
        Boot boot = new Boot(plan, begun, earlier, messages, streams);
        BootResult result = new BootResult.Exit(ExitCode.GUEST_FAILED.number(), Optional.empty());
        try (TerminationSignals signals =
                new TerminationSignals(number -> boot.events.add(new MachineEvent.Signalled(number)))) {
            boot.folder.sweepOthers();
            if (!plan.detached() && streams.console() instanceof LiveOutput stdout) {
                stdout.whenReaderIsGone(why -> boot.events.add(new MachineEvent.ConsoleLost(why)));
            }
            result = boot.watch();
            return result;
        } finally {
            boot.end(result);
        }
    }

    private BootResult watch() throws IOException, InterruptedException {
        Optional<BootResult> result = Optional.empty();
        while (result.isEmpty()) {
            MachineEvent event = shutdown.next(events, mayNotHear());
            if (event instanceof MachineEvent.OfAttempt former && former.attempt() != attempt) {
                continue;
            }
            result = switch (event) {
                case null -> notEnded();
                case MachineEvent.Started _ -> leave(Optional.empty());
                case MachineEvent.Ready _ -> ready();
                case MachineEvent.Late(var _, var why) -> late(why);
                case MachineEvent.NotResumed(var _, var why) -> notResumed(why);
                case MachineEvent.ConsoleLost(var why) -> asked(new Shutdown.Reason.ConsoleLost(why));
                case MachineEvent.Paused _ -> paused();
                case MachineEvent.Interpreted _ -> interpreted();
                case MachineEvent.Ended(var _, var status) -> ended(status);
                case MachineEvent.Signalled(var number) -> asked(new Shutdown.Reason.Signal(number));
            };
        }
        return result.get();
    }

    private boolean mayNotHear() {
        return plan.isProbed() ? instance.readyMillis().isEmpty() : attempt.millis() < BOOTED_MILLIS;
    }

    private Optional<BootResult> notEnded() {
        shutdown.insist(attempt);
        return Optional.empty();
    }

    private Optional<BootResult> leave(Optional<Failure> late) throws IOException {
        Optional<HostProcess> machine =
                plan.detached() && !shutdown.isAskedFor() ? attempt.machine() : Optional.empty();
        if (machine.isEmpty()) {
            return Optional.empty();
        }
        write(instance.left(machine.get()));
        messages.say("see its console: pkg logs -f " + folder.name());
        messages.say("stop it: pkg stop " + folder.name());
        return Optional.of(new BootResult.LeftRunning(
                folder.name(),
                machine.get().pid(),
                folder.path(),
                folder.file(ConsoleFiles.CURRENT),
                instance.readyMillis(),
                late));
    }

    private Optional<BootResult> ready() throws IOException {
        long millis = attempt.millis();
        write(instance.ready(millis));
        if (shutdown.isAskedFor()) {
            // It hears from now on.
            boolean unused = attempt.askToEnd();
            return Optional.empty();
        }
        messages.say(MachineReport.answer(plan, attempt, millis));
        resuming.ifPresent(snapshots -> snapshots.answered(plan, attempt.mode()));
        return leave(Optional.empty());
    }

    private Optional<BootResult> notResumed(String why) throws IOException, InterruptedException {
        if (shutdown.isAskedFor()) {
            shutdown.enforce("it did not go on from its snapshot", attempt);
            return Optional.empty();
        }
        messages.detail(plan.reference() + " did not go on from its snapshot: " + why + "; booting");
        resuming.orElseThrow().drop(plan, attempt.accelerator());
        return startAgain(attempt.mode().booting(), false);
    }

    private Optional<BootResult> late(String why) throws IOException {
        if (shutdown.isAskedFor()) {
            return Optional.empty();
        }
        String sentence = plan.reference() + " is not ready after "
                + plan.waiting().patience().toSeconds() + " s: " + why;
        if (!plan.detached()) {
            messages.say(sentence + "; it runs on");
            return Optional.empty();
        }
        Failure failure = MachineReport.guestFailed("not-ready", sentence);
        return switch (plan.waiting().onTimeout()) {
            case KEEP -> leave(Optional.of(failure.next("it runs on; with --on-timeout=stop it would be stopped")));
            case STOP ->
                asked(new Shutdown.Reason.NotReady(MachineReport.guestFailed(
                        "not-ready", sentence + attempt.console().shown())));
        };
    }

    private Optional<BootResult> paused() throws IOException, InterruptedException {
        if (shutdown.isEnforced() || !attempt.gaveUp()) {
            return Optional.empty();
        }
        if (shutdown.isAskedFor()) {
            shutdown.enforce("it cannot go on under " + attempt.accelerator(), attempt);
            return Optional.empty();
        }
        if (mayFallBack()) {
            return fallBack();
        }
        throw MachineReport.acceleratorFailed("QEMU cannot go on with this guest", attempt);
    }

    private Optional<BootResult> interpreted() throws IOException, InterruptedException {
        return !shutdown.isAskedFor() && mayFallBack()
                ? fallBack("it interprets its guests' instructions", true)
                : Optional.empty();
    }

    private Optional<BootResult> ended(int status) throws IOException, InterruptedException {
        if (shutdown.isEnforced()) {
            return Optional.of(shutdown.result(Optional.empty()));
        }
        if (folder.wasKilled()) {
            messages.say(plan.reference() + " was killed");
            return Optional.of(new BootResult.Exit(InstanceEnd.KILLED, Optional.empty()));
        }
        ConsoleLog log = attempt.console();
        if (attempt.lacksSandbox()) {
            messages.say("this QEMU has no sandbox to run in; booting without");
            return startAgain(attempt.mode().unsandboxed(), false);
        }
        Optional<String> withoutNetwork = attempt.passtFailure();
        if (withoutNetwork.isPresent() && !shutdown.isAskedFor()) {
            LaunchMode.warnOfLoopback("passt cannot be used here (" + withoutNetwork.get() + ")", plan, messages);
            return startAgain(attempt.mode().withoutPasst(), false);
        }
        if (attempt.mode().resumes() && instance.readyMillis().isEmpty() && !shutdown.isAskedFor()) {
            return notResumed("it ended: " + MachineReport.firstLine(attempt.stderr()));
        }
        Ending ending = Ending.of(status, attempt.existed(), plan.guest(), log, attempt.stderr());
        if (ending instanceof Ending.QemuFailed && !shutdown.isAskedFor() && isUnansweredUnderKvm()) {
            if (!mayFallBack()) {
                throw MachineReport.acceleratorFailed("QEMU failed", attempt);
            }
            return fallBack();
        }
        if (shutdown.isAskedFor()) {
            return Optional.of(shutdown.result(
                    ending instanceof Ending.Program(int code, var _) ? Optional.of(code) : Optional.empty()));
        }
        boolean awaited = instance.readyMillis().isEmpty() && plan.isProbed();
        return Optional.of(MachineReport.exit(ending, plan, log, awaited, messages));
    }

    private Optional<BootResult> startAgain(LaunchMode mode, boolean mayResume)
            throws IOException, InterruptedException {
        attempt.close();
        // A network that finds a port taken would give way to one that reaches this host's loopback.
        HostPorts.awaitFree(plan.guest().forwards());
        attempt = start(Begun.in(folder, plan, mode.passt()), mode, mayResume);
        write(instance.started(attempt.mode(), attempt.process().toHandle()));
        return Optional.empty();
    }

    private Optional<BootResult> asked(Shutdown.Reason why) {
        shutdown.ask(why, attempt);
        return Optional.empty();
    }

    private boolean mayFallBack() {
        return plan.accelerator() == Accelerator.Choice.AUTO && isUnansweredUnderKvm();
    }

    // A guest that answered has done things that must not be done twice, and KVM did run it. The bytes that it
    // read of standard input are lost to another guest.
    private boolean isUnansweredUnderKvm() {
        return attempt.accelerator() == Accelerator.KVM
                && !attempt.readsStdin()
                && instance.readyMillis().isEmpty();
    }

    private Optional<BootResult> fallBack() throws IOException, InterruptedException {
        String why = attempt.stderr();
        return fallBack(
                MachineReport.firstLine(why), why.toLowerCase(Locale.ROOT).contains("kvm"));
    }

    private Optional<BootResult> fallBack(String why, boolean forGood) throws IOException, InterruptedException {
        if (forGood) {
            kvmFailures.add(plan.qemu());
            messages.say("KVM does not work on this host (" + why + "); booting with TCG, as later runs will");
        }
        return startAgain(attempt.mode().withTcg().booting(), true);
    }

    private Attempt start(Begun begun, LaunchMode mode, boolean mayResume) throws IOException {
        try (begun) {
            LaunchMode chosen =
                    mayResume && resuming.isPresent() ? resuming.get().soonest(plan, mode) : mode;
            return Attempt.start(begun, new QemuLaunch(plan, chosen, folder.path()), streams, events::add);
        }
    }

    private void write(Instance now) throws IOException {
        instance = now;
        folder.write(now);
    }

    private void end(BootResult result) throws IOException {
        switch (result) {
            case BootResult.LeftRunning _ -> attempt.leave();
            case BootResult.Exit _ -> {
                attempt.close();
                folder.discard();
            }
        }
    }
}
