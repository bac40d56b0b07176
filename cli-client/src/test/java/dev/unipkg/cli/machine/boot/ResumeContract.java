package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.Shell;
import dev.unipkg.cli.machine.instance.InstanceStop;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.instance.SampleInstance;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.Passt;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.snapshot.SampleSnapshot;
import dev.unipkg.format.Arch;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The contract of guests that go on from a snapshot, on a real kernel under a real QEMU that runs the server of
/// `tiny-server.c`.
@Timeout(180)
interface ResumeContract {
    String RESUMED = " resumed, answers after ";

    /// An image of the server, composed once; skips the test where it cannot be made.
    Image image() throws Exception;

    /// The folder with the snapshot of that image, made once.
    default Path snapshots() throws Exception {
        Path snapshots = folder().resolve("snapshots");
        if (!Files.exists(snapshots)) {
            new Booting(folder(), image()).forwarding().resuming(snapshots).save();
        }
        return snapshots;
    }

    /// The folder of all tests of a class, for the image and its snapshot.
    Path folder();

    /// The words of a guest about itself.
    ///
    /// @param seconds of its clock
    /// @param random eight bytes of its kernel
    /// @param before how many asked before
    record State(long seconds, long random, long before) {
        static State of(Booting.ForwardedPort port) throws IOException {
            return of(port.get("/state"));
        }

        static State of(String answer) {
            String[] numbers = answer.strip().split(" ");
            return new State(
                    HexFormat.fromHexDigitsToLong(numbers[0]),
                    HexFormat.fromHexDigitsToLong(numbers[1]),
                    HexFormat.fromHexDigitsToLong(numbers[2]));
        }
    }

    private Booting resuming(Path home) throws Exception {
        return new Booting(home, image()).forwarding().resuming(snapshots());
    }

    /// The same with a copy of the snapshot that a test may damage.
    private Booting resumingCopy(Path home) throws Exception {
        SampleSnapshot.copy(snapshots(), home.resolve("snapshots"));
        return new Booting(home, image()).forwarding().resuming(home.resolve("snapshots"));
    }

    @Test
    default void answersAndEndsWithTheExitCodeOfItsProgram(@TempDir Path home) throws Exception {
        Booting booting = resuming(home);
        booting.whenItAnswers(port -> {
            assertThat(port.get("/")).isEqualTo("hi\n");
            assertThat(port.get("/exit")).isEqualTo("hi\n");
        });
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(booting.said())
                .containsPattern(
                        "test resumed, answers after \\d+ ms \\(q35, tcg\\): 127.0.0.1:\\d+ → 8080\n" + Booting.NOTE);
        assertThat(booting.console()).doesNotContain("listening");
        assertThat(booting.prepared()).isZero();
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    default void bootsWithoutASnapshotAndWantsOne(@TempDir Path home) throws Exception {
        Booting booting = new Booting(home, image()).forwarding().resuming(home.resolve("snapshots"));
        booting.whenItAnswers(port -> port.get("/exit"));
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(booting.said())
                .startsWith("there is no snapshot of test as it is run here; booting\n")
                .contains("test is ready after ")
                .doesNotContain(RESUMED)
                .doesNotContain("passt cannot be used");
        assertThat(booting.prepared()).isEqualTo(1);
    }

    @Test
    default void guestsOfOneSnapshotDoNotSeeEachOther(@TempDir Path home) throws Exception {
        Booting first = resuming(home);
        Booting second = resuming(home);
        second.whenItAnswers(port -> {
            assertThat(State.of(port).before()).isZero();
            port.get("/exit");
        });
        first.whenItAnswers(port -> {
            assertThat(State.of(port).before()).isZero();
            assertThat(second.run()).isEqualTo(new BootResult.Exit(3));
            assertThat(State.of(port).before()).isEqualTo(1);
            port.get("/exit");
        });
        assertThat(first.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(second.said()).contains(RESUMED);
    }

    @Test
    default void answersHoweverItIsConnected(@TempDir Path home) throws Exception {
        for (Network.Reach reach : Network.Reach.values()) {
            Booting booting = resuming(home).reaching(reach);
            booting.whenItAnswers(port -> port.get("/exit"));
            assertThat(booting.run()).as(booting.said()).isEqualTo(new BootResult.Exit(3));
            assertThat(booting.said()).as(reach.toString()).contains(RESUMED);
        }
    }

    /// A second client would be answered first if the first connection were lost.
    @ParameterizedTest
    @EnumSource
    default void answersTheFirstConnectionFirstHoweverEarlyItCame(Network.Reach reach, @TempDir Path home)
            throws Exception {
        Booting booting = resuming(home).reaching(reach);
        FutureTask<State> early = new FutureTask<>(() -> {
            awaitNetwork(home.resolve("instances"));
            return State.of(booting.port().getSoonest("/state"));
        });
        Thread.ofPlatform().daemon().start(early);
        AtomicLong beforeTheSecond = new AtomicLong();
        booting.whenItAnswers(port -> {
            beforeTheSecond.set(State.of(port).before());
            port.get("/exit");
        });
        assertThat(booting.run()).as(booting.said()).isEqualTo(new BootResult.Exit(3));
        assertThat(booting.said()).contains(RESUMED);
        assertThat(early.get().before()).isZero();
        assertThat(beforeTheSecond).hasValue(1);
    }

    // passt listens before QEMU starts.
    private static void awaitNetwork(Path instances) throws IOException {
        Set<String> signs = Set.of(Passt.SOCKET, QemuLaunch.PID);
        boolean isThere = false;
        while (!isThere) {
            Thread.onSpinWait();
            if (Files.exists(instances)) {
                try (Stream<Path> folders = Files.list(instances)) {
                    isThere = folders.anyMatch(
                            folder -> signs.stream().anyMatch(sign -> Files.exists(folder.resolve(sign))));
                }
            }
        }
    }

    @Test
    default void endsInOrderWhenItIsAskedTo(@TempDir Path home) throws Exception {
        Booting booting = resuming(home);
        booting.interruptOn(RESUMED);
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(128 + 2, Optional.of(5)));

        Booting detached = resuming(home).detached();
        assertThat(detached.run()).isInstanceOf(BootResult.LeftRunning.class);
        Instances.Snapshot seen = Instances.of(home).all().getFirst();
        try {
            assertThat(detached.said()).contains(RESUMED);
            assertThat(detached.port().get("/")).isEqualTo("hi\n");
            assertThat(InstanceStop.of(seen).stop(Duration.ofSeconds(30)))
                    .as("ended by itself")
                    .isTrue();
        } finally {
            SampleInstance.kill(SampleInstance.all(home.resolve("instances")).getFirst());
        }
    }

    @Test
    default void worksHoweverDeepItsFolderIs(@TempDir Path home) throws Exception {
        Path deep = Files.createDirectories(home.resolve("a".repeat(100)).resolve("b, c"));
        SampleSnapshot.copy(snapshots(), deep.resolve("snapshots"));
        Booting booting = new Booting(deep, image()).forwarding().resuming(deep.resolve("snapshots"));
        booting.whenItAnswers(port -> port.get("/exit"));
        assertThat(booting.run()).as(booting.said()).isEqualTo(new BootResult.Exit(3));
        assertThat(booting.said()).contains(RESUMED);
    }

    @Test
    default void bootsInTheSameNetworkWhereTheStateIsCutOff(@TempDir Path home) throws Exception {
        Booting booting = resumingCopy(home).reaching(Network.Reach.OUTSIDE);
        Path folder = SampleSnapshot.only(home.resolve("snapshots"));
        try (RandomAccessFile state =
                new RandomAccessFile(folder.resolve("state").toFile(), "rw")) {
            state.setLength(state.length() / 2);
        }
        SampleSnapshot.restamp(folder);
        assertBoots(booting, folder);
    }

    @Test
    default void bootsWhereTheMemoryIsNotItsOwn(@TempDir Path home) throws Exception {
        Booting booting = resumingCopy(home);
        Path folder = SampleSnapshot.only(home.resolve("snapshots"));
        try (RandomAccessFile ram = new RandomAccessFile(folder.resolve("ram").toFile(), "rw")) {
            long length = ram.length();
            ram.setLength(0);
            ram.setLength(length);
        }
        SampleSnapshot.restamp(folder);
        assertBoots(booting, folder);
    }

    @Test
    default void bootsWhereTheMemoryHasAnotherSize(@TempDir Path home) throws Exception {
        Booting booting = resumingCopy(home);
        Path folder = SampleSnapshot.only(home.resolve("snapshots"));
        try (RandomAccessFile ram = new RandomAccessFile(folder.resolve("ram").toFile(), "rw")) {
            ram.setLength(ram.length() / 2);
        }
        SampleSnapshot.restamp(folder);
        assertBoots(booting, folder);
    }

    @Test
    default void bootsWhereQemuDoesNotTakeTheState(@TempDir Path home) throws Exception {
        Path qemu = home.resolve("qemu");
        Files.writeString(qemu, """
                #!/bin/sh
                case "$*" in *-incoming*) echo "no migration here" >&2; exit 1 ;; esac
                exec %s "$@"
                """.formatted(Machine.binary(Arch.X86_64)));
        Shell.run("chmod", "+x", qemu.toString());
        Booting booting = new Booting(home, image())
                .forwarding()
                .with(qemu, home.resolve("no-kvm"), Accelerator.Choice.TCG)
                .resuming(home.resolve("snapshots"));
        booting.save();
        Path folder = SampleSnapshot.only(home.resolve("snapshots"));
        assertBoots(booting, folder);
        assertThat(booting.said()).contains("it ended: no migration here; booting");
    }

    static void assertBoots(Booting booting, Path snapshot) throws Exception {
        booting.whenItAnswers(port -> {
            assertThat(State.of(port).before()).isZero();
            port.get("/exit");
        });
        assertThat(booting.run()).as(booting.said()).isEqualTo(new BootResult.Exit(3));
        assertThat(booting.said())
                .contains("test did not go on from its snapshot: ")
                .contains("; booting\n")
                .contains("test is ready after ")
                .doesNotContain(RESUMED);
        assertThat(snapshot).doesNotExist();
    }
}
