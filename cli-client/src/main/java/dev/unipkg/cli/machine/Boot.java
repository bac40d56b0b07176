package dev.unipkg.cli.machine;

import dev.unipkg.cli.talk.ExitCode;
import dev.unipkg.cli.talk.Failure;
import dev.unipkg.cli.talk.LiveOutput;
import dev.unipkg.cli.talk.Talk;
import dev.unipkg.format.Arch;
import dev.unipkg.format.oci.Readiness;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Boots one instance and watches over it: until its end in the foreground, until it is ready when detached.
///
/// All events of the machine go to one queue, and the thread that called [#run] decides.
public final class Boot {

    /// All that was decided before anything is started.
    ///
    /// @param reference of the package, in the user's words
    /// @param qemu the program
    public record Plan(
            String reference,
            Path qemu,
            Machine machine,
            Guest guest,
            Accelerator.Choice accelerator,
            boolean detached,
            Waiting waiting) {

        /// The readiness probe that runs: the package's, or a connection to the first TCP forward. None where its port
        /// is not forwarded, or nobody waits.
        Readiness probe() {
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
            return port.isEmpty() || forward(port.getAsInt()).isPresent() ? wanted : new Readiness.NoProbe();
        }

        /// The forward that leads to a TCP port of the guest.
        Optional<PortForward> forward(int guestPort) {
            return guest.forwards().stream()
                    .filter(forward -> forward.protocol() == PortForward.Protocol.TCP)
                    .filter(forward -> forward.guestPort() == guestPort)
                    .findFirst();
        }

        boolean isProbed() {
            return !(probe() instanceof Readiness.NoProbe);
        }
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

    /// How [#run] ended.
    public sealed interface Result {
        /// The instance ended, and pkg is to end with this code.
        ///
        /// @param guest the exit code of the guest's program, where it told one
        record Exit(int code, Optional<Integer> guest) implements Result {
            /// The program's own code.
            Exit(int code) {
                this(code, Optional.of(code));
            }
        }

        /// The instance runs on without pkg.
        ///
        /// @param pid the process id of its QEMU
        /// @param folder where everything about it is, by absolute path
        /// @param console the file with the end of its console
        /// @param readyMillis from its start until it was ready; empty where it is not, or no probe ran
        /// @param late why it was not ready in time, where it was not
        record LeftRunning(
                String name, long pid, Path folder, Path console, Optional<Long> readyMillis, Optional<Failure> late)
                implements Result {}
    }

    private static final long BOOTED_MILLIS = 10_000;

    private final Plan plan;
    private final KvmNotes notes;
    private final Talk talk;
    private final BlockingQueue<MachineEvent> events = new LinkedBlockingQueue<>();
    private final InstanceFolder folder;
    private final GuestStreams streams;
    private final Shutdown shutdown;
    private Attempt attempt;
    private Instance instance;

    private Boot(Plan plan, InstanceFolder folder, KvmNotes notes, Talk talk, GuestStreams streams) throws IOException {
        this.plan = plan;
        this.notes = notes;
        this.talk = talk;
        this.streams = streams;
        this.shutdown = new Shutdown(plan.reference(), plan.waiting().grace(), talk);
        this.folder = folder;
        try {
            this.instance = recorded();
            Accelerator accelerator = first();
            if (!plan.detached() && !QemuProcess.holds()) {
                talk.say("setsid and setpriv (Debian: util-linux) are missing: should pkg be killed, the machine runs"
                        + " on");
            }
            this.attempt = start(new Attempt.Way(accelerator, true, passt()));
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

    // QEMU's own network where the guest may reach all or nothing.
    private Optional<Path> passt() {
        if (plan.guest().network().reach() != Network.Reach.OUTSIDE) {
            return Optional.empty();
        }
        Optional<Path> passt = Passt.find();
        if (passt.isEmpty()) {
            warnOfLoopback("passt is not installed (Debian: passt)");
        }
        return passt;
    }

    private void warnOfLoopback(String why) {
        talk.say(why + ", so " + plan.reference()
                + " reaches what listens on this host's loopback, as 10.0.2.2; --isolate forbids it,"
                + " --host-access allows it");
    }

    private Instance recorded() throws IOException {
        if (folder.read() instanceof InstanceRecord.Whole(Instance whole)) {
            return whole;
        }
        throw Failure.failed("the record of " + folder.name() + " vanished before it was booted");
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
    public static Result run(Plan plan, InstanceFolder folder, KvmNotes notes, Talk talk, GuestStreams streams)
            throws IOException, InterruptedException {
        Boot boot = new Boot(plan, folder, notes, talk, streams);
        Result result = new Result.Exit(ExitCode.GUEST_FAILED.number(), Optional.empty());
        try (Interrupts signals = new Interrupts(number -> boot.events.add(new MachineEvent.Asked(number)))) {
            AbandonedInstances.sweepInBackground(folder.all());
            if (!plan.detached() && streams.console() instanceof LiveOutput stdout) {
                stdout.whenReaderIsGone(why -> boot.events.add(new MachineEvent.ConsoleLost(why)));
            }
            result = boot.watch();
            return result;
        } finally {
            boot.end(result);
        }
    }

    private Accelerator first() {
        boolean native_ = plan.guest().arch() == Arch.host();
        return switch (plan.accelerator()) {
            case TCG -> Accelerator.TCG;
            case KVM -> {
                if (!native_ || !notes.offered()) {
                    throw Failure.failed(
                                    native_
                                            ? "/dev/kvm cannot be opened for reading and writing here"
                                            : "KVM on this " + Arch.host() + " host runs no "
                                                    + plan.guest().arch() + " guest")
                            .next("run with --accel tcg, or without --accel");
                }
                yield Accelerator.KVM;
            }
            case AUTO -> native_ && notes.offered() && !notes.failing(plan.qemu()) ? Accelerator.KVM : Accelerator.TCG;
        };
    }

    private Result watch() throws IOException, InterruptedException {
        while (true) {
            Optional<Result> result = switch (shutdown.next(events, mayNotHear())) {
                case null -> notEnded();
                case MachineEvent.Started(var of) -> of == attempt ? leave(Optional.empty()) : Optional.<Result>empty();
                case MachineEvent.Ready(var of) -> of == attempt ? ready() : Optional.<Result>empty();
                case MachineEvent.Late(var of, var why) -> of == attempt ? late(why) : Optional.<Result>empty();
                case MachineEvent.ConsoleLost(var why) -> asked(new Shutdown.Reason.ConsoleLost(why));
                case MachineEvent.Paused(var of) -> of == attempt ? paused() : Optional.<Result>empty();
                case MachineEvent.Interpreted(var of) -> of == attempt ? interpreted() : Optional.<Result>empty();
                case MachineEvent.Ended(var of, var status) -> of == attempt ? ended(status) : Optional.<Result>empty();
                case MachineEvent.Asked(var number) -> asked(new Shutdown.Reason.Signal(number));
            };
            if (result.isPresent()) {
                return result.get();
            }
        }
    }

    private boolean mayNotHear() {
        return plan.isProbed() ? instance.readyMillis().isEmpty() : attempt.millis() < BOOTED_MILLIS;
    }

    private Optional<Result> notEnded() {
        shutdown.insist(attempt);
        return Optional.empty();
    }

    private Optional<Result> leave(Optional<Failure> late) throws IOException {
        Optional<HostProcess> machine =
                plan.detached() && !shutdown.isAskedFor() ? attempt.machine() : Optional.empty();
        if (machine.isEmpty()) {
            return Optional.empty();
        }
        instance = instance.left(machine.get());
        folder.write(instance);
        talk.say("see its console: pkg logs -f " + folder.name());
        talk.say("stop it: pkg stop " + folder.name());
        return Optional.of(new Result.LeftRunning(
                folder.name(),
                machine.get().pid(),
                folder.path(),
                folder.file(InstanceFolder.CONSOLE),
                instance.readyMillis(),
                late));
    }

    private Optional<Result> ready() throws IOException {
        long millis = attempt.millis();
        instance = instance.ready(millis);
        folder.write(instance);
        if (shutdown.isAskedFor()) {
            // It hears from now on.
            boolean unused = attempt.askToEnd();
            return Optional.empty();
        }
        talk.say(plan.reference() + " is ready after " + millis + " ms ("
                + plan.machine().word() + ", " + attempt.accelerator() + ")"
                + MachineReport.addresses(plan.guest().forwards()));
        return leave(Optional.empty());
    }

    private Optional<Result> late(String why) throws IOException {
        if (shutdown.isAskedFor()) {
            return Optional.empty();
        }
        String sentence = plan.reference() + " is not ready after "
                + plan.waiting().patience().toSeconds() + " s: " + why;
        if (!plan.detached()) {
            talk.say(sentence + "; it runs on");
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

    private Optional<Result> paused() throws IOException {
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
        throw acceleratorFailed("QEMU cannot go on with this guest");
    }

    private Optional<Result> interpreted() throws IOException {
        if (!shutdown.isAskedFor() && mayFallBack()) {
            fallBackForGood("it interprets its guests' instructions");
        }
        return Optional.empty();
    }

    private Optional<Result> ended(int status) throws IOException, InterruptedException {
        if (shutdown.isEnforced()) {
            return Optional.of(shutdown.result(Optional.empty()));
        }
        if (folder.wasKilled()) {
            talk.say(plan.reference() + " was killed");
            return Optional.of(new Result.Exit(InstanceEnd.KILLED, Optional.empty()));
        }
        ConsoleLog log = attempt.console();
        if (attempt.lacksSandbox()) {
            attempt.close();
            talk.say("this QEMU has no sandbox to run in; booting without");
            attempt = start(attempt.way().unsandboxed());
            instance = write();
            return Optional.empty();
        }
        Optional<String> withoutNetwork = attempt.passtFailure();
        if (withoutNetwork.isPresent() && !shutdown.isAskedFor()) {
            attempt.close();
            warnOfLoopback("passt cannot be used here (" + withoutNetwork.get() + ")");
            attempt = start(attempt.way().withoutPasst());
            instance = write();
            return Optional.empty();
        }
        Ending ending = Ending.of(status, attempt.existed(), plan.guest(), log, attempt.said());
        if (ending instanceof Ending.QemuFailed && !shutdown.isAskedFor() && isUnansweredUnderKvm()) {
            if (!mayFallBack()) {
                throw acceleratorFailed("QEMU failed");
            }
            fallBack();
            return Optional.empty();
        }
        if (shutdown.isAskedFor()) {
            return Optional.of(shutdown.result(
                    ending instanceof Ending.Program(int code, var _) ? Optional.of(code) : Optional.empty()));
        }
        boolean awaited = instance.readyMillis().isEmpty() && plan.isProbed();
        return Optional.of(MachineReport.exit(ending, plan, log, awaited, talk));
    }

    private Optional<Result> asked(Shutdown.Reason why) {
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

    private Failure acceleratorFailed(String what) throws IOException {
        return MachineReport.guestFailed(
                        "accelerator-failed",
                        what + " under " + attempt.accelerator() + ": " + MachineReport.firstLine(attempt.said())
                                + attempt.console().shown())
                .next("run with --accel tcg");
    }

    private void fallBack() throws IOException {
        String said = attempt.said();
        if (said.toLowerCase(Locale.ROOT).contains("kvm")) {
            fallBackForGood(MachineReport.firstLine(said));
        } else {
            startWithTcg();
        }
    }

    private void fallBackForGood(String why) throws IOException {
        notes.failed(plan.qemu());
        talk.say("KVM does not work on this host (" + why + "); booting with TCG, as later runs will");
        startWithTcg();
    }

    private void startWithTcg() throws IOException {
        attempt.close();
        attempt = start(attempt.way().with(Accelerator.TCG));
        instance = write();
    }

    private Attempt start(Attempt.Way way) throws IOException {
        return Attempt.start(plan, way, folder, streams, events::add);
    }

    private Instance write() throws IOException {
        Instance now = instance.started(attempt.accelerator(), attempt.process().toHandle());
        folder.write(now);
        return now;
    }

    private void end(Result result) throws IOException {
        switch (result) {
            case Result.LeftRunning _ -> attempt.leave();
            case Result.Exit _ -> {
                attempt.close();
                discard();
            }
        }
    }
}
