package dev.unipkg.cli.machine.instance;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// Removes the instances that no pkg wants any more: those whose pkg was killed before it left them running, with a
/// QEMU that outlived it, and folders that were never recorded or not deleted to their end.
///
/// It touches folders of the user whom this pkg runs as only: another one may have put a symlink or a record there that
/// names processes of this user.
///
/// An instance that was left running and has ended stays until its user removes it.
final class AbandonedInstances {
    // No pkg is still about to write the record of a folder this old.
    private static final Duration UNRECORDED = Duration.ofMinutes(10);

    private AbandonedInstances() {}

    /// Sweeps in the background; the next sweep takes what cannot be removed now.
    static void sweepInBackground(Path instances) {
        Thread thread = new Thread(
                () -> {
                    try {
                        sweep(instances);
                    } catch (IOException e) {
                        return;
                    }
                },
                "abandoned");
        thread.setDaemon(true);
        thread.start();
    }

    static void sweep(Path instances) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(instances)) {
            for (Path path : folders) {
                InstanceFolder folder = new InstanceFolder(path);
                try {
                    if (!folder.isFolder() || folder.otherOwner().isPresent()) {
                        continue;
                    }
                    if (folder.name().startsWith(InstanceFolder.GONE) || folder.isAbandonedDraft()) {
                        InstanceFolder.deleteFiles(path);
                    } else if (isLeftover(folder)) {
                        folder.delete();
                    }
                } catch (IOException e) {
                    // Another pkg sweeps it at this moment, or it is damaged: the others are none the worse for it.
                    continue;
                }
            }
        }
    }

    private static boolean isLeftover(InstanceFolder folder) throws IOException {
        InstanceRecord record = folder.read();
        if (record instanceof InstanceRecord.Whole(Instance instance)) {
            boolean unwanted = !instance.left() && !instance.pkg().isAlive();
            if (unwanted) {
                instance.kill();
            }
            return unwanted;
        }
        return record instanceof InstanceRecord.Absent
                && !folder.name().startsWith(InstanceFolder.DRAFT)
                && Files.getLastModifiedTime(folder.path())
                        .toInstant()
                        .isBefore(Instant.now().minus(UNRECORDED));
    }
}
