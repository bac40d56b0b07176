package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.machine.instance.HostProcess;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.SampleInstance;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Instances that are left running, on a QEMU that has no machine.
@Timeout(60)
class DetachedTest {
    @TempDir
    Path home;

    private Image image;

    @BeforeEach
    void makeAnImage() throws IOException {
        image = new Image.Disk(Files.write(home.resolve("disk"), new byte[512]), Optional.empty());
    }

    // And waits for all that holds it, so that nothing is written any more when the folder is deleted.
    @AfterEach
    void killWhatRuns() throws Exception {
        for (Instance instance : instances()) {
            Optional<ProcessHandle> found = instance.boot().orElseThrow().qemu().find();
            if (found.isPresent()) {
                ProcessHandle holder = found.get();
                while (!holder.parent().equals(Optional.of(ProcessHandle.current()))) {
                    holder = holder.parent().orElseThrow();
                }
                List<ProcessHandle> all =
                        Stream.concat(Stream.of(holder), holder.descendants()).toList();
                HostProcess.kill(holder);
                for (ProcessHandle process : all) {
                    process.onExit().get();
                }
            }
        }
    }

    @Test
    void isNotSaidToRunBeforeItsMachineExists() throws IOException {
        Path qemu = FakeQemu.in(home, FakeQemu.STAYS, "sleep 0.3; echo no such luck >&2; exit 1");

        assertThatThrownBy(booting(qemu)::run)
                .isInstanceOf(Failure.class)
                .hasMessage("qemu-system-x86_64 failed: no such luck");
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    void runsOnHoweverSlowlyQemuStarts() throws Exception {
        Path qemu = FakeQemu.in(home, FakeQemu.STAYS, "sleep 0.3");

        Booting booting = booting(qemu);
        BootResult result = booting.run();

        Instance instance = instances().getFirst();
        String name = instance.name().text();
        Path folder = home.resolve("instances").resolve(name);
        long pid = SampleInstance.machine(instance).pid();
        assertThat(result)
                .isEqualTo(new BootResult.LeftRunning(
                        name, pid, folder, folder.resolve(ConsoleFiles.CURRENT), Optional.empty(), Optional.empty()));
        assertThat(instance.left()).isTrue();
        assertThat(folder.resolve(QemuLaunch.PID)).as("what QEMU wrote").hasContent(pid + "\n");
        assertThat(booting.said())
                .isEqualTo("see its console: pkg logs -f %1$s\nstop it: pkg stop %1$s\n".formatted(name));
    }

    @Test
    void isKnownByTheShellThatHoldsItWhereItsOwnNumberIsNotKnown() throws Exception {
        Path qemu = FakeQemu.in(home, FakeQemu.STAYS, "set -- -pidfile elsewhere \"$@\"");

        assertThat(booting(qemu).run()).isInstanceOf(BootResult.LeftRunning.class);

        ProcessHandle holder = SampleInstance.machine(instances().getFirst());
        assertThat(holder.descendants()).isNotEmpty();
    }

    @Test
    void endsWithTheCodeOfAProgramThatEndsAtOnce() throws Exception {
        assertThat(booting(FakeQemu.in(home)).run()).isEqualTo(new BootResult.Exit(3));
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    void isNotMeantToRunOnBeforePkgLeavesIt() throws Exception {
        Path qemu = FakeQemu.in(home, FakeQemu.STAYS, "");
        Booting booting = booting(qemu).forwarding();
        FutureTask<BootResult> run = new FutureTask<>(booting::run);
        Thread pkg = Thread.ofPlatform().start(run);
        while (instances().isEmpty() || instances().getFirst().boot().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(instances().getFirst().left()).isFalse();

        pkg.interrupt();

        assertThatThrownBy(run::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    private Booting booting(Path qemu) {
        return new Booting(home, image)
                .with(qemu, home.resolve("no-kvm"), Accelerator.Choice.TCG)
                .detached();
    }

    private List<Instance> instances() throws IOException {
        return SampleInstance.all(home.resolve("instances"));
    }
}
