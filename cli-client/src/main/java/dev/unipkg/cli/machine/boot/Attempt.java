package dev.unipkg.cli.machine.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.cli.machine.console.Console;
import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.console.GuestStreams;
import dev.unipkg.cli.machine.console.LocalSocket;
import dev.unipkg.cli.machine.console.StdinPort;
import dev.unipkg.cli.machine.instance.HostProcess;
import dev.unipkg.cli.machine.instance.InstanceFolder;
import dev.unipkg.cli.machine.network.Passt;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.GuestMemory;
import dev.unipkg.cli.machine.qemu.KvmWatch;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.cli.machine.qemu.ProcessorTime;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.qemu.QemuStart;
import dev.unipkg.cli.machine.qemu.Qmp;
import dev.unipkg.cli.machine.qemu.SavedMachine;
import dev.unipkg.cli.machine.readiness.ReadinessWatch;
import dev.unipkg.kernels.Image;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One QEMU under one accelerator, from its start to its end, and the threads that watch it.
final class Attempt implements Closeable, ReadinessWatch.Signs {
    // Long enough for a process to be reaped after SIGKILL on a busy host.
    private static final long REAP_SECONDS = 10;

    // A QEMU that ended has connected or never will, but the thread that takes the connection may be late.
    private static final long CONNECT_SECONDS = 1;

    private static final Duration KVM_GIVES_UP = Duration.ofSeconds(5);

    private final BootPlan plan;
    private final LaunchMode mode;
    private final InstanceFolder folder;
    private final Consumer<MachineEvent> events;
    private final ServerSocketChannel listener;
    private final Path socket;
    private final Optional<StdinPort> stdin;
    private final Process process;
    private final long begunNanos;
    private final Console passed = new Console();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Probing probing;
    private final Optional<Resume> resume;
    private volatile @Nullable Qmp qmp;
    private volatile boolean left;

    private Attempt(Begun begun, QemuLaunch launch, GuestStreams streams, Consumer<MachineEvent> events)
            throws IOException {
        this.plan = launch.plan();
        this.mode = launch.mode();
        this.folder = begun.folder();
        this.events = events;
        this.probing = Probing.prepare(plan, mode, this::openForwards, () -> qmp);
        launch.prepareDisk(folder.again());
        this.socket = folder.watchSocket();
        this.listener = LocalSocket.listen(socket);
        this.resume = Resume.prepare(launch, socket);
        this.stdin = streams.stdin().isPresent()
                ? Optional.of(StdinPort.listen(socket.resolveSibling(StdinPort.SOCKET)))
                : Optional.empty();
        try {
            this.begunNanos = System.nanoTime();
            this.process = launch.start(begun.start(), socket, stdin.isPresent(), probing.frameBytes());
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /// Lets what was begun become QEMU.
    static Attempt start(Begun begun, QemuLaunch launch, GuestStreams streams, Consumer<MachineEvent> events)
            throws IOException {
        Attempt attempt = new Attempt(begun, launch, streams, events);
        WatchThread.start("console", () -> attempt.untilTheEnd(streams.console()));
        attempt.stdin.ifPresent(port ->
                WatchThread.start("stdin", () -> port.pass(streams.stdin().orElseThrow())));
        WatchThread.start("watch", attempt::watch);
        attempt.resume.ifPresentOrElse(
                resume -> resume.endWhereItHangs(attempt.process.toHandle()),
                () -> attempt.probing.start(attempt, events));
        if (attempt.mode.mayBecomeTcg(attempt.plan)) {
            WatchThread.start("kvm", attempt::watchKvm);
        }
        return attempt;
    }

    private void untilTheEnd(OutputStream console) throws IOException, InterruptedException {
        if (!plan.detached()) {
            passed.pass(
                    process.getInputStream(),
                    console,
                    new Console.Listeners(
                            probing::addConsole, why -> events.accept(new MachineEvent.ConsoleLost(why))));
        } else {
            probing.watch()
                    .filter(ReadinessWatch::readsConsole)
                    .ifPresent(watch -> WatchThread.start("follow", () -> follow(watch)));
        }
        int status = process.waitFor();
        if (!left) {
            events.accept(new MachineEvent.Ended(this, status));
        }
    }

    private void watch() throws IOException, InterruptedException {
        SocketChannel channel = listener.accept();
        connected.countDown();
        probing.readFrames(folder.file(QemuLaunch.TRAFFIC));
        Qmp conversation = Qmp.open(channel, event -> {
            if (event.equals("STOP")) {
                events.accept(new MachineEvent.Paused(this));
            } else if (event.equals("VSERPORT_CHANGE")) {
                // The port of standard input is the only one there is, and is opened first.
                stdin.ifPresent(StdinPort::opened);
            }
        });
        qmp = conversation;
        if (mode.memory() instanceof GuestMemory.Saved(SavedMachine saved)) {
            goOn(conversation, saved);
            return;
        }
        // An event that came before the conversation was known could not be looked into.
        if (conversation.internalError()) {
            events.accept(new MachineEvent.Paused(this));
        }
        if (stdin.isPresent() && conversation.isOpen(StdinPort.ID)) {
            stdin.get().opened();
        }
        if (probing.watch().isEmpty()) {
            if (accelerator() == Accelerator.KVM) {
                // No probe tells whether the guest runs: KVM gets the time in which it gives up on a guest, if it does.
                if (process.waitFor(KVM_GIVES_UP)) {
                    return;
                }
            }
            events.accept(new MachineEvent.Started(this));
        }
    }

    private void goOn(Qmp conversation, SavedMachine saved) throws InterruptedException {
        try {
            resume.orElseThrow().go(conversation, saved);
        } catch (IOException e) {
            events.accept(new MachineEvent.NotResumed(this, String.valueOf(e.getMessage())));
            return;
        }
        probing.start(this, events);
    }

    private void watchKvm() throws IOException, InterruptedException {
        if (KvmWatch.isInterpreting(
                process, () -> left ? Optional.empty() : machine().map(HostProcess::pid))) {
            events.accept(new MachineEvent.Interpreted(this));
        }
    }

    private void follow(ReadinessWatch watch) throws IOException {
        byte[] bytes = new byte[16 << 10];
        try (ConsoleFiles console = new ConsoleFiles(folder.path(), () -> !left && process.isAlive())) {
            for (int count = console.read(bytes); count >= 0; count = console.read(bytes)) {
                watch.addConsole(bytes, count);
            }
        }
    }

    @Override
    public OptionalLong busyMillis() throws IOException {
        Optional<Long> machine = machine().map(HostProcess::pid);
        if (machine.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(ProcessorTime.wantedMillis(machine.get()));
        } catch (IOException e) {
            // QEMU ended, or this system has no /proc.
            return OptionalLong.empty();
        }
    }

    @Override
    public OptionalLong silentMillis() throws IOException {
        return plan.detached() ? ConsoleFiles.silentMillis(folder.path()) : passed.silentMillis();
    }

    /// Milliseconds since QEMU was started.
    long millis() {
        return (System.nanoTime() - begunNanos) / 1_000_000;
    }

    Accelerator accelerator() {
        return mode.accelerator();
    }

    LaunchMode mode() {
        return mode;
    }

    /// Why QEMU ended before it had a machine, where its network is why.
    Optional<String> passtFailure() throws IOException, InterruptedException {
        return mode.passt().isPresent() && !existed() ? Passt.failure(folder.path(), stderr()) : Optional.empty();
    }

    /// Whether QEMU ended because it, or this host, has no sandbox.
    boolean lacksSandbox() throws IOException, InterruptedException {
        return mode.sandboxed() && !existed() && stderr().matches("(?s).*(sandbox|seccomp).*");
    }

    /// The started process: QEMU, or the shell around a detached one.
    Process process() {
        return process;
    }

    /// Lets connections come to the guest. Those that came before have waited.
    void openForwards() {
        QemuStart.openForwards(process);
    }

    /// Whether the guest's program may have read of standard input.
    boolean readsStdin() {
        return stdin.map(StdinPort::isOpen).orElse(false);
    }

    /// QEMU itself by the number that it wrote down, or the shell that holds it where that is the number of none of the
    /// shell's processes; empty once they ended.
    Optional<HostProcess> machine() throws IOException {
        Path file = folder.file(QemuLaunch.PID);
        String pid = Files.exists(file) ? Files.readString(file, UTF_8).strip() : "";
        return process.descendants()
                .filter(child -> pid.equals(Long.toString(child.pid())))
                .findFirst()
                .or(() -> Optional.of(process.toHandle()).filter(ProcessHandle::isAlive))
                .map(HostProcess::of);
    }

    /// Whether the machine of a QEMU that ended existed: QEMU said so, or it connected and had nothing to complain of,
    /// as when its guest ended before pkg got to it.
    boolean existed() throws IOException, InterruptedException {
        return qmp != null || (stderr().isEmpty() && connected.await(CONNECT_SECONDS, TimeUnit.SECONDS));
    }

    /// Whether the processors stand still because the accelerator cannot go on.
    boolean gaveUp() throws IOException {
        Qmp conversation = qmp;
        return conversation != null && conversation.internalError();
    }

    /// Asks the guest to end in its own time, without waiting for QEMU, which may hang.
    ///
    /// @return false where it cannot be asked, because the machine does not exist yet
    boolean askToEnd() {
        Qmp conversation = qmp;
        if (conversation == null) {
            return false;
        }
        WatchThread.start("ask", () -> {
            conversation.powerDown();
            // A Linux whose power button is a module that is not loaded still has a keyboard.
            if (plan.guest().image() instanceof Image.KernelAndInitrd && plan.machine() instanceof Machine.Q35) {
                conversation.ctrlAltDelete();
            }
        });
        return true;
    }

    /// Ends QEMU at once, and whatever holds it.
    void kill() {
        HostProcess.kill(process.toHandle());
    }

    /// QEMU's stderr, without the message about our own kill.
    String stderr() throws IOException {
        return Files.readString(folder.file(QemuLaunch.LOG), UTF_8).strip();
    }

    ConsoleLog console() throws IOException {
        return plan.detached() ? ConsoleLog.read(folder.path()) : passed.log();
    }

    /// Stops watching; QEMU goes on.
    void leave() throws IOException {
        left = true;
        probing.stopTraffic();
        disconnect();
    }

    /// Kills QEMU if it still runs, and waits until it is gone.
    @Override
    public void close() throws IOException {
        left = true;
        kill();
        disconnect();
        try {
            process.waitFor(REAP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void disconnect() throws IOException {
        openForwards();
        probing.close();
        Qmp conversation = qmp;
        if (conversation != null) {
            conversation.close();
        }
        listener.close();
        Files.deleteIfExists(folder.file(QemuLaunch.TRAFFIC));
        if (stdin.isPresent()) {
            stdin.get().close();
        }
        if (resume.isPresent()) {
            resume.get().close();
        }
        folder.removeWatchSocket(socket);
    }
}
