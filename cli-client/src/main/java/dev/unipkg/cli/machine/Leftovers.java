package dev.unipkg.cli.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Removes what killed pkgs left behind: folders of instances in the foreground whose pkg is gone, and
/// with them a QEMU that slipped its leash.
final class Leftovers {
    // A folder this old without a record belongs to nobody who is still about to write one.
    private static final Duration UNRECORDED = Duration.ofMinutes(10);

    private Leftovers() {}

    /// Sweeps without making anybody wait; what cannot be removed now is left for the next sweep.
    static void sweepInBackground(Path instances) {
        Thread thread = new Thread(
                () -> {
                    try {
                        sweep(instances);
                    } catch (IOException e) {
                        return;
                    }
                },
                "leftovers");
        thread.setDaemon(true);
        thread.start();
    }

    static void sweep(Path instances) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(instances, Files::isDirectory)) {
            for (Path folder : folders) {
                if (isLeftover(folder)) {
                    new InstanceFolder(folder).delete();
                }
            }
        }
    }

    private static boolean isLeftover(Path folder) throws IOException {
        Optional<Instance> recorded = Instance.read(folder);
        if (recorded.isEmpty()) {
            Instant touched = Files.getLastModifiedTime(folder).toInstant();
            return touched.isBefore(Instant.now().minus(UNRECORDED));
        }
        Instance instance = recorded.get();
        if (instance.detached() || instance.pkg().find().isPresent()) {
            return false;
        }
        instance.qemu().find().ifPresent(ProcessHandle::destroyForcibly);
        return true;
    }
}
