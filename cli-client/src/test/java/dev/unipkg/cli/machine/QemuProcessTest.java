package dev.unipkg.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The stored output and end of a detached program, with a script for QEMU.
@Timeout(60)
class QemuProcessTest {
    private static final long LIMIT = 100 << 12;

    @TempDir
    Path instances;

    private InstanceFolder folder;

    @BeforeEach
    void makeAFolder() throws IOException {
        folder = SampleInstance.folder(instances);
    }

    @Test
    void keepsAShortConsoleWholeAndTheStatus() throws Exception {
        assertThat(end(start("echo hello; exit 7"))).isEqualTo(7);

        assertThat(folder.file(InstanceFolder.CONSOLE)).hasContent("hello\n");
        assertThat(folder.file(InstanceFolder.EARLIER)).doesNotExist();
        assertThat(folder.file(InstanceFolder.EXIT)).hasContent("7\n");
    }

    @Test
    void aTalkativeGuestFillsTwoFilesAndNotTheDisk() throws Exception {
        assertThat(end(start("seq 1000000; echo the last line"))).isZero();

        assertThat(Files.size(folder.file(InstanceFolder.EARLIER))).isBetween(LIMIT, 2 * LIMIT);
        assertThat(Files.size(folder.file(InstanceFolder.CONSOLE))).isLessThan(2 * LIMIT);
        assertThat(ConsoleLog.read(folder).lines()).endsWith("999999", "1000000", "the last line");
        try (var files = Files.list(folder.path())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(InstanceFolder.EARLIER, InstanceFolder.CONSOLE, InstanceFolder.EXIT);
        }
    }

    @Test
    void theConsoleIsReadAcrossItsTwoFiles() throws IOException {
        Files.writeString(folder.file(InstanceFolder.EARLIER), "first\nhel");
        Files.writeString(folder.file(InstanceFolder.CONSOLE), "lo\n");

        assertThat(ConsoleLog.read(folder).lines()).containsExactly("first", "hello");
    }

    @Test
    void aGuestGoesOnWhereItsConsoleCannotBeKept() throws Exception {
        Files.createDirectory(folder.file(InstanceFolder.CONSOLE));

        assertThat(end(start("seq 1000000; exit 7"))).isEqualTo(7);
    }

    @Test
    void theConsoleCanBeFollowed() throws Exception {
        Process holder = start("echo hello; exec sleep 600");
        try {
            Path console = folder.file(InstanceFolder.CONSOLE);
            while (!Files.exists(console) || Files.size(console) == 0) {
                Thread.onSpinWait();
            }
            assertThat(console).hasContent("hello\n");
        } finally {
            QemuProcess.kill(holder.toHandle());
        }
    }

    private Process start(String script) throws IOException {
        return new ProcessBuilder(QemuProcess.detached(List.of("/bin/sh", "-c", script), LIMIT))
                .directory(folder.path().toFile())
                .start();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
