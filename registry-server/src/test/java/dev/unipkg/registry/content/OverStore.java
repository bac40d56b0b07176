package dev.unipkg.registry.content;

import dev.unipkg.storage.BlobStore;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import javax.sql.DataSource;

/// Beans over a store of the test's own, beside those over the application's.
public final class OverStore {

    private OverStore() {}

    /// To be called inside transactions: nothing intercepts this one.
    public static HeldBlobs heldBlobs(BlobStore store, EntityManager database, DataSource connections) {
        return new HeldBlobs(database, connections, new DigestLocks(database), store, Clock.systemUTC());
    }
}
