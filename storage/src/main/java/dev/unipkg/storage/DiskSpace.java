package dev.unipkg.storage;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.file.Path;

/// The room of a file system that a store may fill. A reserve stays free for others on the same disk, such as a
/// database: they keep working when no blob fits any more.
final class DiskSpace {

    private final Path folder;
    private final long reserveBytes;

    DiskSpace(Path folder, long reserveBytes) {
        this.folder = folder;
        this.reserveBytes = reserveBytes;
    }

    /// The bytes that may still be written. A `FileStore` would be looked up in the table of mounts, which in a chroot
    /// has no entry for the root.
    long freeBytes() {
        return Math.max(0, folder.toFile().getUsableSpace() - reserveBytes);
    }

    /// Checks that so many bytes fit.
    ///
    /// @throws RefusedException `DiskFull`
    void require(long bytes) throws RefusedException {
        if (bytes > freeBytes()) {
            throw new RefusedException(full(bytes));
        }
    }

    /// The refusal of a blob that did not fit, to be made once its bytes are gone.
    ContentRefusal.DiskFull full(long neededBytes) {
        // A quota is not part of the free space, so nothing may seem to be missing.
        long missing = Math.clamp(neededBytes - freeBytes(), 1, Math.max(1, neededBytes));
        return new ContentRefusal.DiskFull(folder.toString(), neededBytes, missing);
    }

    static boolean isFull(IOException e) {
        return e instanceof RefusedException refused
                ? refused.refusal() instanceof ContentRefusal.DiskFull
                : ContentRefusal.isDiskFull(e);
    }
}
