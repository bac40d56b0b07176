package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.Shell;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.format.Arch;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The attempts of `escape.S`, a kernel that attacks its host.
@Timeout(120)
class EscapeTest {
    @TempDir
    Path home;

    private Path qemu;
    private Path kernel;

    @BeforeEach
    void findQemu() throws IOException {
        String name = new Machine.Virt().program().name();
        Optional<Path> found = Shell.find(name);
        assumeTrue(found.isPresent(), name + " is not installed; on Debian: apt-get install qemu-system-arm");
        qemu = found.get();
        try (InputStream bytes = EscapeTest.class.getResourceAsStream("escape")) {
            kernel = Files.write(home.resolve("kernel"), bytes.readAllBytes());
        }
    }

    @Test
    void aGuestRunsNothingAndWritesNothingOnItsHost() throws Exception {
        Image image = new Image.Disk(Files.write(home.resolve("disk"), new byte[512]), Optional.of(kernel));
        Booting booting = new Booting(home, image).of(Arch.ARM64).with(qemu, home, Accelerator.Choice.TCG);

        assertThat(booting.run()).as(booting.said()).isEqualTo(new BootResult.Exit(7));

        assertThat(home.resolve("instances")).isEmptyDirectory();
        assertThat(booting.console()).isEmpty();
    }

    /// Without what keeps it in, it does get out; otherwise the test above would show nothing.
    @Test
    void theSameGuestEscapesFromAQemuThatLetsIt() throws Exception {
        Path cell = Files.createDirectory(home.resolve("cell"));
        List<String> machine =
                List.of("-machine", "virt", "-cpu", "max", "-m", "64M", "-nodefaults", "-display", "none");
        List<String> command = new ArrayList<>(List.of(qemu.toString(), "-semihosting", "-kernel", kernel.toString()));
        command.addAll(machine);

        Process process = new ProcessBuilder(command)
                .directory(cell.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(home.resolve("escaped")).exists();
        assertThat(home.resolve("opened")).exists();
    }

    @Test
    void aQemuWithoutASandboxIsUsedWithout() throws Exception {
        Path plain = Files.writeString(home.resolve("plain-qemu"), """
            #!/bin/sh
            case " $* " in
            *" -sandbox "*) echo "qemu: -sandbox support is not enabled in this QEMU binary" >&2; exit 1 ;;
            esac
            exec %s "$@"
            """.formatted(qemu));
        Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rwx------"));
        Image image = new Image.Disk(Files.write(home.resolve("disk"), new byte[512]), Optional.of(kernel));
        Booting booting = new Booting(home, image).of(Arch.ARM64).with(plain, home, Accelerator.Choice.TCG);

        assertThat(booting.run()).as(booting.said()).isEqualTo(new BootResult.Exit(7));

        assertThat(booting.said()).isEqualTo("this QEMU has no sandbox to run in; booting without\n");
        assertThat(home.resolve("instances")).isEmptyDirectory();
    }
}
