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
        process.getOutputStream()
                .write(QemuStart.line(List.of(qemu.toString(), word, "last")).getBytes(UTF_8));
        process.getOutputStream().flush();

        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("<" + word + "><last>");
        assertThat(process.waitFor()).isZero();
        assertThat(temp.resolve("x")).doesNotExist();
    }

    @Test
    void aShellThatIsNotToldEndsWithItsPkg() throws Exception {
        Process process = shell();
        process.getOutputStream().close();
        assertThat(process.waitFor()).isEqualTo(1);
    }
}
