package dev.unipkg.cli.machine.snapshot;

import dev.unipkg.cli.machine.console.LocalSocket;
import dev.unipkg.cli.machine.instance.InstanceFolder;
import dev.unipkg.cli.machine.network.HostPorts;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.qemu.KvmWatch;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.qemu.QemuStart;
import dev.unipkg.cli.machine.qemu.Qmp;
import dev.unipkg.cli.machine.readiness.ReadinessWatch;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.DiskUse;
import dev.unipkg.format.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A machine that boots out of sight to become a snapshot when it has answered. It reaches nothing, so that no
/// request of a user and nothing of the network is in the snapshot.
public final class Template implements Closeable {
    // As much beside the memory as the state and a little writing take.
    private static final long MORE_BYTES = 64 << 20;

    // The niceness of what is to have what others leave.
    private static final String LAST = "19";

    // A guest that has what others leave may take far longer than one that a user waits for.
    private static final int MORE_PATIENCE = 5;

    // For all that is not the boot of the guest.
    private static final Duration MORE_TIME = Duration.ofMinutes(1);

    private static final int MAX_CONSOLE_TEXT = 2_000;

    private final BootPlan plan;
    private final InstanceFolder folder;
    private final Path socket;
    private final QemuLaunch launch;
    private final ServerSocketChannel listener;
    private final Optional<AgentPort> agent;
    private final ReadinessWatch readiness;
    private final Process process;
    private final long begunNanos = System.nanoTime();

    private Template(BootPlan plan, LaunchMode mode, InstanceFolder folder) throws IOException {
        this.plan = plan;
        this.folder = folder;
        this.launch = new QemuLaunch(plan, mode, folder.path());
        this.socket = folder.watchSocket();
        launch.prepareDisk(false);
        this.listener = LocalSocket.listen(socket);
        this.agent = launch.hasAgent()
                ? Optional.of(AgentPort.listen(socket.resolveSibling(QemuLaunch.AGENT)))
                : Optional.empty();
        this.readiness = ReadinessWatch.prepare(
                        plan.probe(),
                        // Its network is QEMU's own, which is open from the start.
                        new ReadinessWatch.WayIn(plan.guest().network(), false, () -> {}),
                        plan.waiting().patience())
                .orElseThrow(() -> new IOException("nothing tells when the guest has answered"));
        this.process = launch.start(
                QemuStart.begin(List.of(), Optional.empty(), false, folder.path()),
                socket,
                false,
                readiness.frameBytes());
    }

    /// Makes the snapshot of a plan on the calling thread, unless it is there. A host where KVM fails on the template
    /// has it with TCG, where the user left the choice to pkg.
    ///
    /// @param asked for a guest of a user; the template has the same machine
    /// @param image the digest of all that went into the image
    /// @param kernel its family and release, for lists of snapshots
    /// @throws IOException with the reason where the guest does not become one
    /// @throws Failure as [LaunchMode#first] does
    public static void make(BootPlan asked, KvmFailures kvmFailures, Snapshots snapshots, Digest image, String kernel)
            throws IOException, InterruptedException {
        BootPlan plan = hidden(asked);
        Accelerator accelerator = LaunchMode.accelerator(plan, kvmFailures);
        try {
            make(plan, accelerator, snapshots, image, kernel);
        } catch (IOException e) {
            if (accelerator != Accelerator.KVM || plan.accelerator() != Accelerator.Choice.AUTO) {
                throw e;
            }
            kvmFailures.add(plan.qemu());
            make(plan, Accelerator.TCG, snapshots, image, kernel);
        }
    }

    private static void make(BootPlan plan, Accelerator accelerator, Snapshots snapshots, Digest image, String kernel)
            throws IOException, InterruptedException {
        SnapshotKey key = SnapshotKey.of(plan, accelerator, image);
        if (snapshots.find(key) instanceof Snapshots.Found.Whole) {
            return;
        }
        Path draft = draft(plan, snapshots);
        try {
            LaunchMode mode = LaunchMode.template(accelerator, draft.resolve(Snapshots.RAM));
            Duration bootTime;
            try (Template template = new Template(plan, mode, new InstanceFolder(draft, false))) {
                bootTime = template.untilSaved();
            }
            snapshots.commit(draft, key, SnapshotOrigin.of(plan, mode.accelerator(), kernel), bootTime);
        } finally {
            Snapshots.drop(draft);
        }
    }

    // Only the probe reaches it.
    private static BootPlan hidden(BootPlan plan) throws IOException {
        OptionalInt port = plan.probe().guestPort();
        if (port.isEmpty()) {
            throw new IOException("no port of " + plan.reference() + " tells that it has answered");
        }
        List<PortForward> forwards = HostPorts.settle(
                List.of(new PortForward(PortForward.LOOPBACK, 0, port.getAsInt(), PortForward.Protocol.TCP)));
        Guest guest = plan.guest();
        BootPlan.Waiting waiting = plan.waiting();
        Network network = new Network(forwards, Network.Reach.NOTHING);
        return new BootPlan(
                plan.reference(),
                plan.qemu(),
                plan.machine(),
                new Guest(guest.image(), guest.arch(), guest.memory(), guest.cpus(), network),
                plan.accelerator(),
                false,
                new BootPlan.Waiting(
                        waiting.readiness(),
                        waiting.patience().multipliedBy(MORE_PATIENCE),
                        waiting.onTimeout(),
                        waiting.grace()));
    }

    // The failures of this host are no failures of the guest.
    private static Path draft(BootPlan plan, Snapshots snapshots) {
        long memoryBytes = plan.guest().memory().bytes();
        try {
            Path draft = snapshots.draft(memoryBytes);
            try {
                requireHoles(draft, memoryBytes);
                return draft;
            } catch (IOException e) {
                Snapshots.drop(draft);
                throw e;
            }
        } catch (IOException e) {
            throw failure(ExitCode.FAILED, plan, e);
        }
    }

    /// The failure where there can be no snapshot.
    ///
    /// @param exit whether it is the guest's or this host's
    public static Failure failure(ExitCode exit, BootPlan plan, IOException why) {
        return new Failure(exit, "no-snapshot", "there is no snapshot of " + plan.reference() + ": " + why.getMessage())
                .causedBy(why);
    }

    // A guest uses a part of its memory only. A file system that keeps no holes would take all of it, for each
    // snapshot.
    private static void requireHoles(Path draft, long memoryBytes) throws IOException {
        if (DiskUse.ofFolder(draft) > memoryBytes / 2) {
            throw new IOException("the file system of " + draft.getParent() + " keeps no files with holes");
        }
        long free = draft.toFile().getUsableSpace();
        if (free < memoryBytes + MORE_BYTES) {
            throw new IOException("%s has room for %d MiB, and a snapshot may take %d"
                    .formatted(draft.getParent(), free >> 20, (memoryBytes + MORE_BYTES) >> 20));
        }
    }

    private Duration untilSaved() throws IOException, InterruptedException {
        ConsoleEnd console = new ConsoleEnd();
        Thread.ofPlatform().daemon().name("console").start(() -> drain(console));
        // A QEMU that ends before it connects would be waited for without end.
        var _ = process.onExit().thenRun(this::giveUp);
        if (launch.mode().mayBecomeTcg(plan)) {
            Thread.ofPlatform().daemon().name("kvm").start(this::endWhereKvmInterprets);
        }
        // One that hangs would keep others from making the snapshot for ever.
        CompletableFuture.delayedExecutor(
                        plan.waiting().patience().plus(MORE_TIME).toSeconds(), TimeUnit.SECONDS)
                .execute(process::destroyForcibly);
        try (SocketChannel channel = listener.accept();
                Qmp qmp = open(channel)) {
            yieldToOthers();
            Optional<String> late = readiness.awaitInTime(new NoSigns());
            if (late.isPresent() || !readiness.await()) {
                throw new IOException("the guest is not ready: " + late.orElse("it ended"));
            }
            Duration bootTime = Duration.ofNanos(System.nanoTime() - begunNanos);
            if (agent.isPresent()) {
                agent.get().awaitAgent(plan.waiting().patience());
            }
            // All guests that go on from the snapshot have what this one holds now.
            readiness.awaitQuiet();
            qmp.stop();
            Path path = socket.resolveSibling(QemuLaunch.STATE);
            new StateStream(path, launch.seenByQemu(path)).save(qmp, folder.file(Snapshots.STATE));
            qmp.quit();
            if (!process.waitFor(plan.waiting().grace())) {
                throw new IOException("QEMU does not end");
            }
            return bootTime;
        } catch (AsynchronousCloseException e) {
            throw new IOException("QEMU ended, or hung, before its machine was there" + stderr(), e);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + console.shown() + stderr(), e);
        }
    }

    private Qmp open(SocketChannel channel) throws IOException {
        readiness.readFrames(folder.file(QemuLaunch.TRAFFIC));
        return Qmp.open(channel, this::heard);
    }

    // Its processors stand still because KVM cannot go on, or because it has answered and is saved.
    private void heard(String event) {
        if (event.equals("STOP")) {
            giveUp();
        }
    }

    private void endWhereKvmInterprets() {
        try {
            if (KvmWatch.isInterpreting(process, () -> Optional.of(process.pid()))) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            // It ended.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // A session has its share of the processors however nice its processes are (autogroups, sched(7)), and QEMU has a
    // session of its own. A host without them goes by the niceness.
    private void yieldToOthers() throws IOException {
        Path group = Path.of("/proc/" + process.pid() + "/autogroup");
        if (Files.isWritable(group)) {
            Files.writeString(group, LAST);
        }
    }

    private void giveUp() {
        readiness.close();
        try {
            listener.close();
        } catch (IOException e) {
            return;
        }
    }

    private void drain(ConsoleEnd console) {
        try (InputStream in = process.getInputStream()) {
            in.transferTo(console);
        } catch (IOException e) {
            return;
        }
    }

    private String stderr() throws IOException {
        Path log = folder.file(QemuLaunch.LOG);
        String text = Files.exists(log) ? Files.readString(log).strip() : "";
        return text.isEmpty() ? "" : "; QEMU says: " + text;
    }

    /// The beginning of the guest's console, for a person who looks for a reason.
    private static final class ConsoleEnd extends OutputStream {
        private final StringBuilder text = new StringBuilder();

        @Override
        public synchronized void write(int b) {
            if (text.length() < MAX_CONSOLE_TEXT) {
                text.append((char) (b & 0x7f));
            }
        }

        synchronized String shown() {
            return text.isEmpty() ? "" : "; its console says: " + text;
        }
    }

    /// The signs of life of a template: none, since pkg explains to no user why it is late.
    private record NoSigns() implements ReadinessWatch.Signs {
        @Override
        public OptionalLong busyMillis() {
            return OptionalLong.empty();
        }

        @Override
        public OptionalLong silentMillis() {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        giveUp();
        if (agent.isPresent()) {
            agent.get().close();
        }
        try {
            boolean unused = process.waitFor(plan.waiting().grace().toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        folder.removeWatchSocket(socket);
    }
}
