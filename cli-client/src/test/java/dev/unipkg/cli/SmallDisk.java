package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A file system of one mebibyte in memory, for what happens when a disk is full.
public final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /// Mounts one at a new folder; the test skips, saying why, where that is not allowed.
    public static SmallDisk orSkip(Path temp) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(temp, "small");
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString()) == 0,
                "a full disk is tried on a small tmpfs, and only root may mount one");
        return new SmallDisk(folder);
    }

    /// The mount point.
    public Path folder() {
        return folder;
    }

    /// Writes until nothing more has room.
    public static void fill(Path folder) throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve("full"))) {
            assertThatThrownBy(() -> {
                        while (true) {
                            file.write(new byte[4096]);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        // A machine that was killed there may still be on its way out, and would keep the disk busy.
        run("umount", "--lazy", folder.toString());
    }

    private static int run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).start();
            return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1;
        }
    }
}
