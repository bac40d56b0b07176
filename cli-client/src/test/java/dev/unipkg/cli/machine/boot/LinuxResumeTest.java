package dev.unipkg.cli.machine.boot;

import dev.unipkg.kernels.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LinuxResumeTest implements ResumeContract {
    @TempDir
    static Path folder;

    @Override
    public Image image() throws Exception {
        return TinyServer.onLinux(folder);
    }

    @Override
    public Path snapshots() throws Exception {
        Path snapshots = folder.resolve("snapshots");
        if (!Files.exists(snapshots)) {
            new Booting(folder, image()).forwarding().resuming(snapshots).save();
        }
        return snapshots;
    }
}
