package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.instance.HostProcess;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.qemu.Qmp;
import dev.unipkg.cli.machine.qemu.SavedMachine;
import dev.unipkg.cli.machine.snapshot.AgentPort;
import dev.unipkg.cli.machine.snapshot.StateStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Lets a machine go on from a snapshot. Nothing reaches the guest before its clock and its generator of random numbers
/// are set, where its kernel lets them be set.
final class Resume implements Closeable {
    // The agent answers within a few milliseconds of the guest's time, on a busy host later.
    private static final Duration AGENT_ANSWERS = Duration.ofSeconds(5);

    // Far longer than a busy host takes to load a state.
    private static final long HANGS_SECONDS = 20;

    private final StateStream state;
    private final List<PortForward> forwards;
    private final Optional<AgentPort> agent;
    private volatile boolean over;

    /// @param socket on which pkg waits for QEMU
    private Resume(QemuLaunch launch, Path socket) throws IOException {
        Path path = socket.resolveSibling(QemuLaunch.STATE);
        this.state = new StateStream(path, launch.seenByQemu(path));
        // passt has its forwards from the start, and connections to them wait.
        this.forwards = launch.mode().passt().isPresent()
                ? List.of()
                : launch.plan().guest().forwards();
        this.agent = launch.hasAgent()
                ? Optional.of(AgentPort.listen(socket.resolveSibling(QemuLaunch.AGENT)))
                : Optional.empty();
    }

    /// Listens for a QEMU that is to be started; empty where its machine boots.
    static Optional<Resume> prepare(QemuLaunch launch, Path socket) throws IOException {
        return launch.mode().resumes() ? Optional.of(new Resume(launch, socket)) : Optional.empty();
    }

    /// Gives the machine its state, and lets its processors go on.
    ///
    /// @throws IOException with the reason where it does not go on
    void go(Qmp qmp, SavedMachine saved) throws IOException, InterruptedException {
        state.load(qmp, saved.state());
        if (agent.isPresent()) {
            agent.get().send();
        }
        qmp.goOn();
        if (agent.isPresent()) {
            agent.get().awaitSet(AGENT_ANSWERS);
        }
        for (PortForward forward : forwards) {
            qmp.addForward(forward);
        }
        over = true;
    }

    /// Ends a QEMU that hangs before its machine goes on: it tells nobody.
    void endWhereItHangs(ProcessHandle qemu) {
        CompletableFuture.delayedExecutor(HANGS_SECONDS, TimeUnit.SECONDS).execute(() -> {
            if (!over) {
                HostProcess.kill(qemu);
            }
        });
    }

    @Override
    public void close() throws IOException {
        over = true;
        if (agent.isPresent()) {
            agent.get().close();
        }
    }
}
