package dev.unipkg.cli.machine.snapshot;

import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.qemu.QemuProgram;
import dev.unipkg.format.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// Snapshots of machines that never were, made in the way of those that were.
public final class MadeSnapshot {
    /// The length of the memory, which is a hole but for its last byte.
    public static final int MEMORY_BYTES = 64 << 20;

    static final Duration BOOT_TIME = Duration.ofSeconds(7);

    private MadeSnapshot() {}

    /// Makes a snapshot in the folder of all.
    ///
    /// @param reference of its package, with a version
    /// @param qemu any file
    /// @return its folder
    public static Path in(Path snapshots, String reference, Path qemu) throws IOException {
        return in(snapshots, key(UUID.randomUUID().toString(), qemu), reference);
    }

    static Path in(Path root, SnapshotKey key, String reference) throws IOException {
        Snapshots snapshots = new Snapshots(root);
        snapshots.commit(draft(snapshots), key, origin(reference), BOOT_TIME);
        return snapshots.folder(key);
    }

    /// A draft that is left by a pkg that was killed.
    public static Path draft(Path snapshots) throws IOException {
        return draft(new Snapshots(snapshots));
    }

    static Path draft(Snapshots snapshots) throws IOException {
        Path draft = snapshots.draft(MEMORY_BYTES);
        Files.writeString(draft.resolve(Snapshots.STATE), "state ".repeat(1000));
        Files.writeString(draft.resolve(QemuLaunch.DISK), "disk ".repeat(1000));
        Files.writeString(draft.resolve("qemu.log"), "");
        return draft;
    }

    static SnapshotOrigin origin(String reference) {
        return new SnapshotOrigin(reference, "linux:6.1", "q35, tcg, 512M, 1 cpu");
    }

    static SnapshotKey key(String inputs, Path qemu) throws IOException {
        return new SnapshotKey(Digest.of(inputs.getBytes(StandardCharsets.UTF_8)), QemuProgram.mark(qemu));
    }

    /// Lets a snapshot, or a draft, look as if it was last used so long ago.
    public static void age(Path folder, Duration age) throws IOException {
        FileTime then = FileTime.from(Instant.now().minus(age));
        Path about = folder.resolve(Snapshots.ABOUT);
        Files.setLastModifiedTime(Files.exists(about) ? about : folder, then);
    }
}
