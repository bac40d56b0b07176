package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sun.misc.Signal;

/// A host whose KVM opens and then fails on every guest.
@Timeout(60)
class AccelerationTest {
    @TempDir
    Path home;

    private Path qemu;
    private Path kvm;
    private Image image;

    @BeforeEach
    void makeTheHost() throws IOException {
        qemu = FakeQemu.in(home);
        kvm = Files.createFile(home.resolve("dev-kvm"));
        image = new Image.Disk(Files.write(home.resolve("disk"), new byte[512]), Optional.empty());
    }

    @Test
    void bootsWithTcgAndRemembersIt() throws Exception {
        Booting first = booting(Accelerator.Choice.AUTO);
        assertThat(first.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(first.console()).isEqualTo("booted\n");
        assertThat(first.said())
                .isEqualTo("KVM does not work on this host (KVM internal error. Suberror: 1);"
                        + " booting with TCG, as later runs will\n");
        Booting second = booting(Accelerator.Choice.AUTO);
        assertThat(second.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(second.said()).isEmpty();
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    void waitsNotForAKvmThatInterprets() throws Exception {
        qemu = FakeQemu.in(home, FakeQemu.CRAWLS, "");
        Booting first = booting(Accelerator.Choice.AUTO);
        assertThat(first.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(first.said())
                .isEqualTo("KVM does not work on this host (it interprets its guests' instructions);"
                        + " booting with TCG, as later runs will\n");
        Booting second = booting(Accelerator.Choice.AUTO);
        assertThat(second.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(second.said()).isEmpty();
    }

    /// The guest of this QEMU ends under TCG as well, so there is no snapshot; but nobody waits for it under KVM.
    @ParameterizedTest
    @ValueSource(strings = {FakeQemu.ENDS, FakeQemu.CRAWLS})
    void aTemplateDoesNotWaitForSuchAKvm(String guest) throws Exception {
        qemu = FakeQemu.in(home, guest, "");
        Booting template = new Booting(home, image)
                .forwarding()
                .resuming(home.resolve("snapshots"))
                .with(qemu, kvm, Accelerator.Choice.AUTO);
        assertThatThrownBy(template::save).hasMessageContaining("its console says: booted");
        Booting later = booting(Accelerator.Choice.AUTO);
        assertThat(later.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(later.said()).isEmpty();
    }

    @Test
    void missesNoAnswerOfAGuestThatNobodyAsks() throws Exception {
        Booting booting = booting(Accelerator.Choice.TCG).forwarding("0:53/udp");
        assertThat(booting.run()).isEqualTo(new BootResult.Exit(3));
        assertThat(booting.said()).isEmpty();
    }

    @Test
    void saysThatKvmFailedWhereKvmWasAskedFor() {
        assertThatThrownBy(booting(Accelerator.Choice.KVM)::run).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.exit()).isEqualTo(ExitCode.GUEST_FAILED);
            assertThat(failure.code()).isEqualTo("accelerator-failed");
            assertThat(failure.text())
                    .startsWith("QEMU cannot go on with this guest under kvm: KVM internal error. Suberror: 1");
            assertThat(failure.next()).contains("run with --accel tcg");
        });
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    void saysThatKvmFailedWhereQemuDiesOfIt() throws IOException {
        Files.writeString(
                qemu,
                "#!/bin/sh\necho 'error: failed to set MSR 0x38d' >&2\necho 'kvm.c: Assertion failed' >&2\nexit 134\n");
        assertThatThrownBy(booting(Accelerator.Choice.KVM)::run).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.exit()).isEqualTo(ExitCode.GUEST_FAILED);
            assertThat(failure.code()).isEqualTo("accelerator-failed");
            assertThat(failure.text())
                    .isEqualTo("QEMU failed under kvm: error: failed to set MSR 0x38d\nthe console stayed empty");
            assertThat(failure.next()).contains("run with --accel tcg");
        });
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    void bootsNothingAgainForWhoWantsItToEnd() throws Exception {
        qemu = FakeQemu.in(home, FakeQemu.GIVES_UP_WHEN_ASKED, "");
        Booting booting = booting(Accelerator.Choice.AUTO);
        Thread user = Thread.ofPlatform().start(() -> {
            while (!booting.console().contains("up")) {
                Thread.onSpinWait();
            }
            Signal.raise(new Signal("INT"));
        });

        assertThat(booting.run()).isEqualTo(new BootResult.Exit(128 + 2, Optional.empty()));

        user.join();
        assertThat(booting.said()).isEqualTo("""
            asked test to end; once more kills it
            killing test: it cannot go on under kvm
            """);
    }

    @Test
    void saysThatThereIsNoKvmWhereKvmWasAskedFor() throws IOException {
        Files.delete(kvm);
        assertThatThrownBy(booting(Accelerator.Choice.KVM)::run)
                .isInstanceOf(Failure.class)
                .hasMessage("/dev/kvm cannot be opened for reading and writing here");
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }

    @Test
    void saysWhatQemuSaysWhenItCannotStart() throws IOException {
        Files.writeString(qemu, "#!/bin/sh\necho \"qemu-system-x86_64: no such luck\" >&2\nexit 1\n");
        assertThatThrownBy(booting(Accelerator.Choice.TCG)::run)
                .isInstanceOf(Failure.class)
                .hasMessage("qemu-system-x86_64 failed: qemu-system-x86_64: no such luck");
        Files.writeString(qemu, "#!/bin/sh\nexit 1\n");
        assertThatThrownBy(booting(Accelerator.Choice.TCG)::run)
                .isInstanceOf(Failure.class)
                .hasMessage("qemu-system-x86_64 failed");
    }

    private Booting booting(Accelerator.Choice choice) {
        return new Booting(home, image).with(qemu, kvm, choice);
    }
}
