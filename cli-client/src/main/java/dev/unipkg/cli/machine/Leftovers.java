package dev.unipkg.cli.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Removes what nobody wants any more: the folders of instances whose pkg was killed before it left them
/// running, with a QEMU that outlived its pkg, and of instances that were left and ended some time ago.
final class Leftovers {
    // A folder this old without a record belongs to nobody who is still about to write one.
    private static final Duration UNRECORDED = Duration.ofMinutes(10);

    // Long enough to look at how an instance ended.
    private static final Duration ENDED = Duration.ofDays(1);

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
                try {
                    if (isLeftover(folder)) {
                        new InstanceFolder(folder).delete();
                    }
                } catch (IOException e) {
                    // Another pkg sweeps it at this moment, or it is damaged: the others are none the worse for it.
                    continue;
                }
            }
        }
    }

    private static boolean isLeftover(Path folder) throws IOException {
        Optional<Instance> recorded = Instance.read(folder);
        if (recorded.isEmpty()) {
            return touched(folder).isBefore(Instant.now().minus(UNRECORDED));
        }
        Instance instance = recorded.get();
        if (instance.left()) {
            return instance.qemu().find().isEmpty()
                    && lastWritten(folder).isBefore(Instant.now().minus(ENDED));
        }
        if (instance.pkg().find().isPresent()) {
            return false;
        }
        instance.qemu().kill();
        return true;
    }

    // An instance that ended with its host has no file that says when; its guest's last word is near enough.
    private static Instant lastWritten(Path folder) throws IOException {
        Instant last = touched(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Instant written = touched(file);
                last = written.isAfter(last) ? written : last;
            }
        }
        return last;
    }

    private static Instant touched(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }
}
