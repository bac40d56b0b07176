package dev.unipkg.cli.machine.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.machine.console.ConsoleLog;
import dev.unipkg.cli.machine.instance.HostProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The stored output and end of a detached program, with a script for QEMU.
@Timeout(60)
class QemuProcessTest {
    private static final long LIMIT = 100 << 12;

    @TempDir
    Path folder;

    @Test
    void keepsAShortConsoleWholeAndTheStatus() throws Exception {
        assertThat(end(start("echo hello; exit 7"))).isEqualTo(7);

        assertThat(folder.resolve(ConsoleFiles.CURRENT)).hasContent("hello\n");
        assertThat(folder.resolve(ConsoleFiles.EARLIER)).doesNotExist();
        assertThat(folder.resolve(QemuLaunch.EXIT)).hasContent("7\n");
    }

    @Test
    void aTalkativeGuestFillsTwoFilesAndNotTheDisk() throws Exception {
        assertThat(end(start("seq 1000000; echo the last line"))).isZero();

        assertThat(Files.size(folder.resolve(ConsoleFiles.EARLIER))).isBetween(LIMIT, 2 * LIMIT);
        assertThat(Files.size(folder.resolve(ConsoleFiles.CURRENT))).isLessThan(2 * LIMIT);
        assertThat(ConsoleLog.read(folder).lines()).endsWith("999999", "1000000", "the last line");
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(ConsoleFiles.EARLIER, ConsoleFiles.CURRENT, QemuLaunch.EXIT);
        }
    }

    @Test
    void theConsoleIsReadAcrossItsTwoFiles() throws IOException {
        Files.writeString(folder.resolve(ConsoleFiles.EARLIER), "first\nhel");
        Files.writeString(folder.resolve(ConsoleFiles.CURRENT), "lo\n");

        assertThat(ConsoleLog.read(folder).lines()).containsExactly("first", "hello");
    }

    @Test
    void aGuestGoesOnWhereItsConsoleCannotBeKept() throws Exception {
        Files.createDirectory(folder.resolve(ConsoleFiles.CURRENT));

        assertThat(end(start("seq 1000000; exit 7"))).isEqualTo(7);
    }

    @Test
    void theConsoleCanBeFollowed() throws Exception {
        Process holder = start("echo hello; exec sleep 600");
        try {
            Path console = folder.resolve(ConsoleFiles.CURRENT);
            while (!Files.exists(console) || Files.size(console) == 0) {
                Thread.onSpinWait();
            }
            assertThat(console).hasContent("hello\n");
        } finally {
            HostProcess.kill(holder.toHandle());
        }
    }

    private Process start(String script) throws IOException {
        return new ProcessBuilder(QemuProcess.detached(List.of("/bin/sh", "-c", script), LIMIT))
                .directory(folder.toFile())
                .start();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
