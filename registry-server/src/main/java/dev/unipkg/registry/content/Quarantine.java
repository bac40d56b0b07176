package dev.unipkg.registry.content;

import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.BrokenBlob;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// Puts broken blobs aside. Their rows are marked meanwhile as the [sweep][BlobSweep] marks them, so their
/// bytes cannot be pinned, and a push of them is told to send them again. A mark that a crash leaves is taken
/// back by the sweep.
@ApplicationScoped
public class Quarantine {

    private final BlobStore store;
    private final Sql sql;

    Quarantine(BlobStore store, Sql sql) {
        this.store = store;
        this.sql = sql;
    }

    /// @return whether the blob was put aside; false where a push has replaced it, or the sweep deletes it
    public boolean put(BrokenBlob broken) throws IOException {
        List<Instant> mark = sql.query(
                "update blob set deleting = now() where digest = ? and deleting is null returning deleting",
                row -> row.getTimestamp(1).toInstant(),
                broken.digest());
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
