package dev.unipkg.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Brings a large file to the disk while more of it arrives, so that little is left for the sync that counts.
/// It is only a hint: the caller still syncs the file at its end.
///
/// Used by one thread.
final class SyncBehind {

    private static final long EVERY_BYTES = 8 << 20;

    private final FileChannel file;
    private long unsyncedBytes;
    private @Nullable Thread syncing;

    SyncBehind(FileChannel file) {
        this.file = file;
    }

    /// Notes that so many more bytes are in the file.
    void written(int bytes) {
        unsyncedBytes += bytes;
        if (unsyncedBytes >= EVERY_BYTES && (syncing == null || !syncing.isAlive())) {
            unsyncedBytes = 0;
            syncing = Thread.ofPlatform().daemon().name("syncs-behind").start(this::sync);
        }
    }

    private void sync() {
        try {
            file.force(false);
        } catch (IOException e) {
            // The file was closed meanwhile, or the disk fails, which the sync that counts finds as well.
            return;
        }
    }
}
