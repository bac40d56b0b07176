package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.unipkg.cli.Shell;
import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceFolder;
import dev.unipkg.cli.machine.instance.InstanceStop;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.instance.SampleInstance;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The contract of every family's machine, on a real kernel under a real QEMU that runs the server of
/// `tiny-server.c`.
@Timeout(180)
interface BootContract {

    /// An image whose program gets these arguments, composed once; skips the test where it cannot be made.
    Image image(String... arguments) throws Exception;

    @Test
    default void answersAndEndsWithTheExitCodeOfItsProgram(@TempDir Path home) throws Exception {
        Image image = image();
        Digest before = digest(image);
        Booting booting = new Booting(home, image).forwarding();
        booting.whenItAnswers(port -> {
            assertThat(port.get("/")).isEqualTo("hi\n");
            assertThat(port.get("/exit")).isEqualTo("hi\n");
        });
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(booting.console()).contains("listening");
        assertThat(booting.said()).containsPattern("test is ready after \\d+ ms \\(q35, tcg\\): 127.0.0.1:\\d+ → 8080");
        assertThat(home.resolve("instances")).isEmptyDirectory();
        assertThat(digest(image)).as("the cached image").isEqualTo(before);
    }

    @Test
    default void passesTheExitCodeOfAProgramThatEndsAtOnce(@TempDir Path home) throws Exception {
        assertThat(new Booting(home, image("0")).run()).isEqualTo(new BootResult.Exit(0));
        Booting booting = new Booting(home, image("4")).forwarding();
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(4));
        assertThat(booting.said()).contains("test ended with exit code 4 before it was ready");
    }

    @Test
    default void runsTwoInstancesOfOneImageAtOnce(@TempDir Path home) throws Exception {
        Booting first = new Booting(home, image()).forwarding();
        Booting second = new Booting(home, image()).forwarding();
        second.whenItAnswers(port -> port.get("/exit"));
        first.whenItAnswers(port -> {
            assertThat(second.run()).isEqualTo(new BootResult.Exit(3));
            assertThat(port.get("/")).isEqualTo("hi\n");
            port.get("/exit");
        });
        assertThat(first.run()).isEqualTo(new BootResult.Exit(3));
    }

    @Test
    default void answersWhenItIsIsolatedToo(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image()).forwarding().reaching(Network.Reach.NOTHING);
        booting.whenItAnswers(port -> port.get("/exit"));
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(3));
    }

    @Test
    default void answersThroughPasstOrSaysWhyNot(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image()).forwarding().reaching(Network.Reach.OUTSIDE);
        booting.whenItAnswers(port -> {
            Instance instance = onlyInstance(home);
            ProcessHandle machine = SampleInstance.machine(instance);
            boolean passt = machine.children().anyMatch(child -> name(child).startsWith("passt"));
            assertThat(booting.said().contains("reaches what listens on this host's loopback"))
                    .as(booting.said())
                    .isNotEqualTo(passt);
            assertThat(port.get("/")).isEqualTo("hi\n");
            port.get("/exit");
        });
        assertThat(booting.run()).as(booting.said()).isEqualTo(new BootResult.Exit(3));
    }

    @Test
    default void serverThatAnswersNothingIsReadyAndStaysUp(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image("silent")).forwarding().patience(60);
        booting.interruptOn(" is ready after ");
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(128 + 2, Optional.of(5)));
        assertThat(booting.said()).contains("asked test to end").doesNotContain("killing");
    }

    @Test
    default void serverThatIsLateIsMentionedInOneLineAndRunsOn(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image("silent"))
                .forwarding()
                .readyWhen(new Readiness.HttpGet(8080, "/"))
                .patience(20);
        booting.interruptOn("it runs on\n");
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(128 + 2, Optional.of(5)));
        assertThat(booting.said().lines().filter(line -> line.contains("not ready")))
                .singleElement(as(STRING))
                .matches("test is not ready after 20 s: GET / is not answered; its console has been silent for \\d+ s"
                        + " and its processor is " + idle() + "; it runs on");
    }

    /// A pattern for what is said of an idle guest. On an overloaded host its timers wait for a processor most of the
    /// time, so there it may count as busy.
    private static String idle() {
        OperatingSystemMXBean host = ManagementFactory.getOperatingSystemMXBean();
        String idle = "idle, as when it waits or hangs";
        boolean overloaded = host.getSystemLoadAverage() > 4 * host.getAvailableProcessors();
        return overloaded ? "(" + idle + "|busy, as while it boots or works)" : idle;
    }

    @Test
    default void detachedServerThatIsLateIsKeptOrStopped(@TempDir Path home) throws Exception {
        Booting kept = new Booting(home, image("silent"))
                .forwarding()
                .readyWhen(new Readiness.ConsoleText("up and running"))
                .patience(15)
                .detached();
        BootResult result = kept.run();
        try {
            assertThat(result).isInstanceOfSatisfying(BootResult.LeftRunning.class, left -> {
                assertThat(left.late().orElseThrow().exit()).isEqualTo(ExitCode.GUEST_FAILED);
                assertThat(left.late().orElseThrow().text())
                        .startsWith("test is not ready after 15 s: the console has not shown \"up and running\"; ");
            });
            assertThat(SampleInstance.machine(onlyInstance(home)).isAlive()).isTrue();
        } finally {
            SampleInstance.kill(onlyInstance(home));
        }

        Path other = Files.createDirectory(home.resolve("other"));
        Booting stopped = new Booting(other, image("silent"))
                .forwarding()
                .readyWhen(new Readiness.HttpGet(8080, "/"))
                .patience(15)
                .detached()
                .onTimeout(BootPlan.OnTimeout.STOP);
        assertThatThrownBy(stopped::run).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.exit()).isEqualTo(ExitCode.GUEST_FAILED);
            assertThat(failure.code()).isEqualTo("not-ready");
            assertThat(failure.text()).startsWith("test is not ready after 15 s: GET / is not answered; ");
            assertThat(failure.text()).contains("  | listening");
        });
        assertThat(other.resolve("instances")).isEmptyDirectory();
    }

    @Test
    default void textOnTheConsoleMakesItReady(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image()).forwarding().readyWhen(new Readiness.ConsoleText("listening"));
        booting.whenItAnswers(port -> port.get("/exit"));
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(3));

        Path other = Files.createDirectory(home.resolve("other"));
        Booting detached = new Booting(other, image())
                .readyWhen(new Readiness.ConsoleText("listening"))
                .detached();
        try {
            assertThat(detached.run())
                    .isInstanceOfSatisfying(
                            BootResult.LeftRunning.class,
                            left -> assertThat(left.readyMillis()).isPresent());
        } finally {
            SampleInstance.kill(onlyInstance(other));
        }
    }

    @Test
    default void guestIsAskedToEndWhenTheReaderOfItsConsoleGoes(@TempDir Path home) throws Exception {
        try (BootProcess pkg = BootProcess.startPiped(home, image())) {
            pkg.awaitAnswer();
            // The guest says nothing more by itself.
            pkg.closeStdout();
            assertThat(pkg.exit()).isEqualTo(128 + 13);
            assertThat(pkg.said()).contains("asked test to end, as stdout takes no more");
        }
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    default void saysThatMemoryIsTooLittle(@TempDir Path home) throws Exception {
        assertThatThrownBy(new Booting(home, image("eat")).memory(96)::run)
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.code()).isEqualTo("too-little-memory");
                    assertThat(failure.exit()).isEqualTo(ExitCode.GUEST_FAILED);
                    assertThat(failure.text()).startsWith("96M of memory are too little for test: ");
                    assertThat(failure.next()).contains("give it more, as in -m 192M");
                });
    }

    @Test
    default void endsInOrderOnTheFirstCtrlC(@TempDir Path home) throws Exception {
        try (BootProcess pkg = BootProcess.start(home, image())) {
            pkg.awaitAnswer();
            pkg.signal("INT");
            assertThat(pkg.exit()).isEqualTo(128 + 2);
            assertThat(pkg.console()).contains("asked to end");
            assertThat(pkg.said()).contains("asked test to end; once more kills it");
        }
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    default void killsOnTheSecondCtrlC(@TempDir Path home) throws Exception {
        try (BootProcess pkg = BootProcess.start(home, image())) {
            pkg.awaitAnswer();
            // A machine that hangs cannot be asked, only killed.
            Shell.run(
                    "sh",
                    "-c",
                    "kill -STOP " + SampleInstance.machine(onlyInstance(home)).pid());
            pkg.signal("INT");
            pkg.awaitWord("once more kills it");
            pkg.signal("INT");
            assertThat(pkg.exit()).isEqualTo(128 + 2);
        }
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    default void worksHoweverDeepItsFolderIs(@TempDir Path home) throws Exception {
        Path deep = Files.createDirectories(home.resolve("a".repeat(100)).resolve("b, c"));
        assertThat(new Booting(deep, image("4")).run()).isEqualTo(new BootResult.Exit(4));
    }

    @Test
    default void leavesNoMachineBehindWhenPkgIsKilled(@TempDir Path home) throws Exception {
        try (BootProcess pkg = BootProcess.start(home, image())) {
            pkg.awaitAnswer();
            ProcessHandle machine = SampleInstance.machine(onlyInstance(home));
            pkg.signal("KILL");
            machine.onExit().get(10, TimeUnit.SECONDS);
            // The machine may have ended before pkg has.
            pkg.exit();
        }
        SampleInstance.sweep(home.resolve("instances"));
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    default void runsOnDetached(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image()).forwarding().detached();
        assertThat(booting.run()).isInstanceOf(BootResult.LeftRunning.class);
        Instance instance = onlyInstance(home);
        ProcessHandle machine = SampleInstance.machine(instance);
        try {
            assertThat(instance.readyMillis()).isPresent();
            assertThat(booting.port().get("/")).isEqualTo("hi\n");
            booting.port().get("/exit");
            machine.onExit().get(20, TimeUnit.SECONDS);
            InstanceFolder folder = folder(home);
            while (!Files.exists(folder.file(QemuLaunch.EXIT))) {
                Thread.onSpinWait();
            }
            assertThat(ConsoleLog.read(folder.path()).contains("listening")).isTrue();
        } finally {
            machine.descendants().forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    default void endsDetachedWhenItIsAskedTo(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image()).forwarding().detached();
        booting.run();
        Instances.Snapshot seen = Instances.of(home).all().getFirst();
        try {
            assertThat(InstanceStop.of(seen).stop(Duration.ofSeconds(30)))
                    .as("ended by itself")
                    .isTrue();
            assertThat(Instances.awaitEnd(seen))
                    .hasValueSatisfying(end -> assertThat(end.exitCode()).isPresent());
        } finally {
            SampleInstance.kill(onlyInstance(home));
        }
    }

    private static InstanceFolder folder(Path home) throws IOException {
        return SampleInstance.folderOf(home.resolve("instances"), onlyInstance(home));
    }

    private static String name(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/comm"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instance onlyInstance(Path home) throws IOException {
        return SampleInstance.all(home.resolve("instances")).getFirst();
    }

    private static Digest digest(Image image) throws IOException {
        Path file = switch (image) {
            case Image.Disk disk -> disk.file();
            case Image.KernelAndInitrd linux -> linux.initrd();
            case Image.Unikernel unikernel -> unikernel.kernel();
        };
        return Digest.of(Files.readAllBytes(file));
    }
}
