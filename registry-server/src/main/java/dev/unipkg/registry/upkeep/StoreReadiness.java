package dev.unipkg.registry.upkeep;

import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.content.BrokenBlobReports;
import dev.unipkg.storage.BlobStore;
import java.io.IOException;
import java.util.OptionalLong;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready only while the blob store has its place; the database has a check of its own. A full disk and broken blobs
/// are told and are no reason to be down: the other blobs can still be read.
@Readiness
class StoreReadiness implements HealthCheck {

    private final BlobStore store;
    private final BrokenBlobReports reports;

    StoreReadiness(BlobStore store, BrokenBlobReports reports) {
        this.store = store;
        this.reports = reports;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            boolean takesAByte = takesAByte();
            OptionalLong free = store.freeBytes();
            HealthCheckResponseBuilder answer =
                    HealthCheckResponse.named("blob store").up();
            int broken = reports.now().size();
            answer.withData("degraded", broken > 0).withData("brokenBlobs", broken);
            if (free.isPresent()) {
                answer.withData("freeBytes", free.getAsLong()).withData("full", !takesAByte || free.getAsLong() == 0);
            }
            return answer.build();
        } catch (IOException e) {
            return HealthCheckResponse.down("blob store");
        }
    }

    /// @throws IOException where the store is not well for another reason than a full disk
    private boolean takesAByte() throws IOException {
        try {
            store.check();
            return true;
        } catch (RefusedException full) {
            return false;
        }
    }
}
