package dev.unipkg.registry.upkeep;

import dev.unipkg.storage.BlobStore;
import java.io.IOException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready only while the blob store has its place; the database has a check of its own.
@Readiness
class StoreReadiness implements HealthCheck {

    private final BlobStore store;

    StoreReadiness(BlobStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            store.check();
            return HealthCheckResponse.up("blob store");
        } catch (IOException e) {
            return HealthCheckResponse.down("blob store");
        }
    }
}
