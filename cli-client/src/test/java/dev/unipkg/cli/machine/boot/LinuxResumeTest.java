package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unipkg.cli.Shell;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.format.Arch;
import dev.unipkg.kernels.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxResumeTest implements ResumeContract {
    @TempDir
    static Path folder;

    @Override
    public Image image() throws Exception {
        return TinyServer.onLinux(folder);
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Test
    void clockIsRightAndRandomNumbersAreNewAtTheFirstRequest(@TempDir Path home) throws Exception {
        // The clock of the template stands in 2020.
        Path qemu = home.resolve("qemu");
        Files.writeString(qemu, """
                #!/bin/sh
                case "$*" in *-incoming*) ;; *) set -- "$@" -rtc base=2020-01-01 ;; esac
                exec %s "$@"
                """.formatted(Machine.binary(Arch.X86_64)));
        Shell.run("chmod", "+x", qemu.toString());
        List<State> states = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Booting booting = new Booting(home, image())
                    .forwarding()
                    .with(qemu, home.resolve("no-kvm"), Accelerator.Choice.TCG)
                    .resuming(home.resolve("snapshots"));
            if (i == 0) {
                booting.save();
            }
            booting.whenItAnswers(port -> {
                State state = State.of(port);
                assertThat(state.seconds()).isCloseTo(Instant.now().getEpochSecond(), within(1L));
                states.add(state);
                port.get("/exit");
            });
            assertThat(booting.run()).isEqualTo(new BootResult.Exit(3));
            assertThat(booting.said()).contains(RESUMED);
        }
        assertThat(states.get(0).random()).isNotEqualTo(states.get(1).random());
    }
}
