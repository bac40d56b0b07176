package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.BrokenBlob;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Inspects blobs and puts wrong bytes aside. The row of the blob is marked meanwhile as the [sweep][BlobSweep]
/// marks it, so its bytes cannot be pinned, and a push of them is told to send them again. A mark that a crash
/// leaves is taken back by the sweep.
@ApplicationScoped
public class Quarantine {

    private final BlobStore store;
    private final Sql sql;

    Quarantine(BlobStore store, Sql sql) {
        this.store = store;
        this.sql = sql;
    }

    /// The result of an inspection.
    public enum Found {
        /// The bytes are those that were recorded.
        WHOLE,
        /// The sweep deleted the blob meanwhile, or a push replaced it.
        CHANGED,
        /// There are no bytes to put aside. Clients are told that the blob is absent.
        BROKEN,
        /// There were other bytes, which are aside now. Clients are told that the blob is absent.
        QUARANTINED
    }

    /// Reads a blob to its end and puts it aside if it has other bytes. No row or connection is held while it
    /// reads.
    ///
    /// @param size the recorded size, in bytes
    /// @param pace called with the number of bytes after each piece that was read; may wait
    /// @throws IOException where the blob could not be read, and the sweep has not deleted it
    public Found inspect(Digest digest, long size, LongConsumer pace) throws IOException {
        Optional<BrokenBlob> inspected;
        try {
            inspected = store.inspect(digest, size, pace);
        } catch (IOException e) {
            if (isRecorded(digest, size)) {
                throw e;
            }
            return Found.CHANGED;
        }
        if (inspected.isEmpty()) {
            return Found.WHOLE;
        }
        return switch (inspected.get().fault()) {
            case LENGTH, CONTENT -> put(inspected.get()) ? Found.QUARANTINED : Found.CHANGED;
            // The store looks once more and tells the operator.
            case ABSENT, NO_FILE, UNREADABLE ->
                isRecorded(digest, size) && store.find(digest, size).isEmpty() ? Found.BROKEN : Found.CHANGED;
        };
    }

    private boolean isRecorded(Digest digest, long size) {
        return !sql.digests("select digest from blob where digest = ? and size = ? and deleting is null", digest, size)
                .isEmpty();
    }

    /// @return whether the blob was put aside; false where a push has replaced it, or the sweep deletes it
    private boolean put(BrokenBlob broken) throws IOException {
        List<Instant> mark = sql.query("""
                update blob set deleting = now() where digest = ? and size = ? and deleting is null
                returning deleting
                """, row -> row.getTimestamp(1).toInstant(), broken.digest(), broken.size());
        if (mark.isEmpty()) {
            return false;
        }
        try {
            return store.quarantine(broken);
        } finally {
            sql.update(
                    "update blob set deleting = null where digest = ? and deleting = ?",
                    broken.digest(),
                    mark.getFirst());
        }
    }
}
