package dev.unipkg.cli.machine.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shell that waits for QEMU's command line.
@Timeout(60)
class QemuStartTest {
    @TempDir
    Path temp;

    private Process shell() throws IOException {
        return new ProcessBuilder("/bin/sh", "-c", QemuStart.READ_WORDS + QemuStart.BECOME_QEMU)
                .directory(temp.toFile())
                .start();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "my QEMU 'bin", "$(touch x) `b` $newline", "n\"*;\\\\&\\", "-n", "a\nb\n", "ä", ""})
    void wordsReachQemuWhateverTheyHold(String word) throws Exception {
        Path qemu = Files.writeString(temp.resolve("a 'qemu"), "#!/bin/sh\nprintf '<%s>' \"$@\"; cat\n");
        assertThat(qemu.toFile().setExecutable(true)).isTrue();

        Process process = shell();
        process.getOutputStream().write(":\n".getBytes(UTF_8));
        process.getOutputStream()
                .write(QemuStart.line(List.of(qemu.toString(), word, "last")).getBytes(UTF_8));
        process.getOutputStream().flush();

        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("<" + word + "><last>");
        assertThat(process.waitFor()).isZero();
        assertThat(temp.resolve("x")).doesNotExist();
    }

    @Test
    void aMachineThatWasToGoOnEndsWithItsPkg() throws Exception {
        Process qemu = waiting("kill -KILL $$");
        qemu.getOutputStream().close();
        assertThat(qemu.waitFor()).isEqualTo(128 + 9);
    }

    @Test
    void aMachineWhoseForwardsAreOpenOutlivesItsPkg() throws Exception {
        Process qemu = waiting("kill -KILL $$");
        QemuStart.openForwards(qemu);
        assertThat(new String(qemu.getInputStream().readNBytes(7), UTF_8)).isEqualTo("opened\n");
        assertThat(qemu.isAlive()).isTrue();
        qemu.destroyForcibly();
    }

    // It says `opened` when its forwards are.
    private Process waiting(String alone) throws IOException {
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "exec 5>&1\n" + QemuStart.READ_WORDS + QemuStart.waiting("echo opened >&5")
                                + QemuStart.BECOME_QEMU)
                .start();
        process.getOutputStream().write((alone + "\n" + QemuStart.line(List.of("sleep", "600"))).getBytes(UTF_8));
        process.getOutputStream().flush();
        return process;
    }

    @Test
    void aShellThatIsNotToldEndsWithItsPkg() throws Exception {
        Process process = shell();
        process.getOutputStream().close();
        assertThat(process.waitFor()).isEqualTo(1);
    }
}
