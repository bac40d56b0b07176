package dev.unipkg.format.file;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Steps by which a file becomes visible and outlasts a power cut.
public final class Disk {

    private static final Set<PosixFilePermission> READ_ONLY = PosixFilePermissions.fromString("r--r--r--");

    private Disk() {}

    /// Syncs the bytes of a file, or the names in a directory.
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, READ)) {
            channel.force(true);
        }
    }

    /// Makes a whole and synced file read-only and renames it to `target`, which is replaced where it exists. The name
    /// is durable once the directory is synced.
    ///
    /// @param target on the same file system
    public static void publish(Path whole, Path target) throws IOException {
        Files.setPosixFilePermissions(whole, READ_ONLY);
        Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
    }
}
