package dev.unipkg.registry.upkeep;

import dev.unipkg.format.Digest;
import dev.unipkg.storage.BlobStore;
import java.io.IOException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready only while the blob store answers; the database has a check of its own.
@Readiness
class StoreReadiness implements HealthCheck {

    /// Looked for, not expected: whether it is there does not matter.
    private static final Digest EMPTY = Digest.of(new byte[0]);

    private final BlobStore store;

    StoreReadiness(BlobStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            store.find(EMPTY);
            return HealthCheckResponse.up("blob store");
        } catch (IOException e) {
            return HealthCheckResponse.down("blob store");
        }
    }
}
