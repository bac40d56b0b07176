package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.console.GuestStreams;
import dev.unipkg.cli.machine.instance.Ending;
import dev.unipkg.cli.machine.instance.HostProcess;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceEnd;
import dev.unipkg.cli.machine.instance.InstanceFolder;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.LiveOutput;
import dev.unipkg.cli.output.Messages;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
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
    private final Messages messages;
    private final BlockingQueue<MachineEvent> events = new LinkedBlockingQueue<>();
    private final InstanceFolder folder;
    private final GuestStreams streams;
    private final Shutdown shutdown;
    private Attempt attempt;
    private Instance instance;

    private Boot(BootPlan plan, InstanceFolder folder, KvmFailures kvmFailures, Messages messages, GuestStreams streams)
            throws IOException {
        this.plan = plan;
        this.kvmFailures = kvmFailures;
        this.messages = messages;
        this.streams = streams;
        this.shutdown = new Shutdown(plan.reference(), plan.waiting().grace(), messages);
        this.folder = folder;
        try {
            this.instance = folder.requireRecord();
            LaunchMode mode = LaunchMode.first(plan, kvmFailures, messages);
            if (!plan.detached() && !QemuLaunch.diesWithPkg()) {
                messages.say(
                        "setsid and setpriv (Debian: util-linux) are missing: should pkg be killed, the machine runs"
                                + " on");
            }
            this.attempt = start(mode);
        } catch (IOException | RuntimeException e) {
            discard();
            throw e;
        }
        try {
            this.instance = write();
        } catch (IOException | RuntimeException e) {
            attempt.close();
            discard();
            throw e;
        }
    }

    // The disk of an instance that is booted again is not lost with a boot that fails.
    private void discard() throws IOException {
        try {
            if (!folder.again()) {
                folder.delete();
            }
        } catch (NoSuchFileException e) {
            // Another pkg removed the instance while this one watched it.
            return;
        }
    }

    /// Starts the instance and stays with it.
    ///
    /// @param folder of the instance, with its record; deleted when the instance ends while pkg watches it
    /// @param streams of a guest in the foreground
    /// @throws Failure when the machine cannot be started, gives up or panics, or is stopped because it is late
    public static BootResult run(
            BootPlan plan, InstanceFolder folder, KvmFailures kvmFailures, Messages messages, GuestStreams streams)
            throws IOException, InterruptedException {
        Boot boot = new Boot(plan, folder, kvmFailures, messages, streams);
        BootResult result = new BootResult.Exit(ExitCode.GUEST_FAILED.number(), Optional.empty());
        try (TerminationSignals signals =
                new TerminationSignals(number -> boot.events.add(new MachineEvent.Signalled(number)))) {
            folder.sweepOthers();
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
        while (true) {
            Optional<BootResult> result = switch (shutdown.next(events, mayNotHear())) {
                case null -> notEnded();
                case MachineEvent.Started(var of) ->
                    of == attempt ? leave(Optional.empty()) : Optional.<BootResult>empty();
                case MachineEvent.Ready(var of) -> of == attempt ? ready() : Optional.<BootResult>empty();
                case MachineEvent.Late(var of, var why) -> of == attempt ? late(why) : Optional.<BootResult>empty();
                case MachineEvent.ConsoleLost(var why) -> asked(new Shutdown.Reason.ConsoleLost(why));
                case MachineEvent.Paused(var of) -> of == attempt ? paused() : Optional.<BootResult>empty();
                case MachineEvent.Interpreted(var of) -> of == attempt ? interpreted() : Optional.<BootResult>empty();
                case MachineEvent.Ended(var of, var status) ->
                    of == attempt ? ended(status) : Optional.<BootResult>empty();
                case MachineEvent.Signalled(var number) -> asked(new Shutdown.Reason.Signal(number));
            };
            if (result.isPresent()) {
                return result.get();
            }
        }
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
        instance = instance.left(machine.get());
        folder.write(instance);
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
        instance = instance.ready(millis);
        folder.write(instance);
        if (shutdown.isAskedFor()) {
            // It hears from now on.
            boolean unused = attempt.askToEnd();
            return Optional.empty();
        }
        messages.say(plan.reference() + " is ready after " + millis + " ms ("
                + plan.machine().word() + ", " + attempt.accelerator() + ")"
                + MachineReport.addresses(plan.guest().forwards()));
        return leave(Optional.empty());
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

    private Optional<BootResult> paused() throws IOException {
        if (shutdown.isEnforced() || !attempt.gaveUp()) {
            return Optional.empty();
        }
        if (shutdown.isAskedFor()) {
            shutdown.enforce("it cannot go on under " + attempt.accelerator(), attempt);
            return Optional.empty();
        }
        if (mayFallBack()) {
            fallBack();
            return Optional.empty();
        }
        throw MachineReport.acceleratorFailed("QEMU cannot go on with this guest", attempt);
    }

    private Optional<BootResult> interpreted() throws IOException {
        if (!shutdown.isAskedFor() && mayFallBack()) {
            fallBackForGood("it interprets its guests' instructions");
        }
        return Optional.empty();
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
            attempt.close();
            messages.say("this QEMU has no sandbox to run in; booting without");
            attempt = start(attempt.mode().unsandboxed());
            instance = write();
            return Optional.empty();
        }
        Optional<String> withoutNetwork = attempt.passtFailure();
        if (withoutNetwork.isPresent() && !shutdown.isAskedFor()) {
            attempt.close();
            LaunchMode.warnOfLoopback("passt cannot be used here (" + withoutNetwork.get() + ")", plan, messages);
            attempt = start(attempt.mode().withoutPasst());
            instance = write();
            return Optional.empty();
        }
        Ending ending = Ending.of(status, attempt.existed(), plan.guest(), log, attempt.stderr());
        if (ending instanceof Ending.QemuFailed && !shutdown.isAskedFor() && isUnansweredUnderKvm()) {
            if (!mayFallBack()) {
                throw MachineReport.acceleratorFailed("QEMU failed", attempt);
            }
            fallBack();
            return Optional.empty();
        }
        if (shutdown.isAskedFor()) {
            return Optional.of(shutdown.result(
                    ending instanceof Ending.Program(int code, var _) ? Optional.of(code) : Optional.empty()));
        }
        boolean awaited = instance.readyMillis().isEmpty() && plan.isProbed();
        return Optional.of(MachineReport.exit(ending, plan, log, awaited, messages));
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

    private void fallBack() throws IOException {
        String stderr = attempt.stderr();
        if (stderr.toLowerCase(Locale.ROOT).contains("kvm")) {
            fallBackForGood(MachineReport.firstLine(stderr));
        } else {
            startWithTcg();
        }
    }

    private void fallBackForGood(String why) throws IOException {
        kvmFailures.add(plan.qemu());
        messages.say("KVM does not work on this host (" + why + "); booting with TCG, as later runs will");
        startWithTcg();
    }

    private void startWithTcg() throws IOException {
        attempt.close();
        attempt = start(attempt.mode().withTcg());
        instance = write();
    }

    private Attempt start(LaunchMode mode) throws IOException {
        return Attempt.start(plan, mode, folder, streams, events::add);
    }

    private Instance write() throws IOException {
        Instance now = instance.started(attempt.accelerator(), attempt.process().toHandle());
        folder.write(now);
        return now;
    }

    private void end(BootResult result) throws IOException {
        switch (result) {
            case BootResult.LeftRunning _ -> attempt.leave();
            case BootResult.Exit _ -> {
                attempt.close();
                discard();
            }
        }
    }
}
