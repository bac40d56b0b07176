package dev.unipkg.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A file system of a few mebibytes in memory, or a file over another one.
record MountedDisk(Path folder) implements AutoCloseable {

    /// Mounts one at a new folder; the test skips where that is not allowed.
    static MountedDisk orSkip(Path temp, int mebibytes) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(temp, "disk");
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString()) == 0,
                "a full disk is tried on a small tmpfs, and only root may mount one");
        return new MountedDisk(folder);
    }

    /// Mounts a file over another one; the test skips where that is not allowed.
    static MountedDisk overOrSkip(Path file, Path target) throws InterruptedException {
        assumeTrue(
                run("mount", "--bind", file.toString(), target.toString()) == 0,
                "a read error is tried on a file of /proc that is mounted over a blob, and only root may do that");
        return new MountedDisk(target);
    }

    long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public void close() throws IOException, InterruptedException {
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
