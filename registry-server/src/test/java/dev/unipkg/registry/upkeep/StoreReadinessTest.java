package dev.unipkg.registry.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.registry.content.BrokenBlobReports;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreReadinessTest {

    @TempDir
    Path folder;

    @Test
    void isDownWhileTheBlobFolderIsGone() throws IOException {
        Path mounted = folder.resolve("blobs");
        Path elsewhere = folder.resolve("elsewhere");
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(mounted))) {
            BrokenBlobReports reports = new BrokenBlobReports();
            StoreReadiness readiness = new StoreReadiness(store, reports);
            assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);

            Files.move(mounted, elsewhere);
            assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);

            Files.createDirectory(mounted);
            assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);

            Files.delete(mounted);
            Files.move(elsewhere, mounted);
            assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
        }
    }
}
