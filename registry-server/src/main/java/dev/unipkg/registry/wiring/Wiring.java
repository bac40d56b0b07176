package dev.unipkg.registry.wiring;

import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.StorageConfig;
import dev.unipkg.storage.StoreLimits;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The objects of the pure rooms, made from the settings.
@ApplicationScoped
class Wiring {

    private static final Logger LOG = Logger.getLogger(Wiring.class);
    private static final int FIRST = 1;
    private static final int MAX_UPLOADS = 1_000;
    private static final int PART_BYTES = 8 << 20;

    /// 64 MiB for the embedded database, which could not go on without a place for its journal.
    private static final long RESERVE_BYTES = 64 << 20;

    /// 128 MiB, a quarter of the heap that the server is started with.
    private static final int PARTS_IN_MEMORY = 16;

    @Produces
    @Singleton
    Clock clock() {
        // As PostgreSQL keeps times, so that what was made is shown alike at once and later.
        return Clock.tick(Clock.systemUTC(), Duration.of(1, ChronoUnit.MICROS));
    }

    @Produces
    @Singleton
    StorageConfig storage(Settings settings) {
        StoreLimits limits = new StoreLimits(settings.maxBlobBytes(), MAX_UPLOADS, RESERVE_BYTES);
        return switch (settings.storage().kind()) {
            case FOLDER -> new StorageConfig.Folder(settings.data().resolve("blobs"), limits);
            case S3 -> s3(settings.storage().s3(), limits);
        };
    }

    @Produces
    @Singleton
    BlobStore blobStore(StorageConfig config) throws IOException {
        try {
            return BlobStore.open(config);
        } catch (FileSystemException e) {
            if (config instanceof StorageConfig.Folder folder) {
                throw Folders.unusable(folder.root(), e);
            }
            throw e;
        }
    }

    void close(@Disposes BlobStore store) throws IOException {
        store.close();
    }

    /// Opens the store before anything else happens, so that a wrong setting stops the start.
    void openEarly(@Observes @Priority(FIRST) StartupEvent event, BlobStore store) {
        LOG.debugf("blobs are in a %s", store.getClass().getSimpleName());
    }

    private static StorageConfig s3(Settings.S3 s3, StoreLimits limits) {
        URI endpoint = required(s3.endpoint(), "endpoint");
        StorageConfig.Delivery delivery = s3.presignFor().isZero()
                ? new StorageConfig.Delivery.Proxied()
                : new StorageConfig.Delivery.Redirected(s3.publicEndpoint().orElse(endpoint), s3.presignFor());
        return new StorageConfig.S3(
                endpoint,
                s3.region(),
                required(s3.bucket(), "bucket"),
                new StorageConfig.Credentials(
                        required(s3.accessKey(), "access-key"), required(s3.secretKey(), "secret-key")),
                s3.pathStyle(),
                delivery,
                PART_BYTES,
                PARTS_IN_MEMORY,
                limits);
    }

    private static <T> T required(Optional<T> value, String name) {
        String key = "unipkg.storage.s3." + name;
        return value.orElseThrow(() -> new SettingsException(
                "unipkg.storage.kind is s3, so " + key + " (or " + SettingNames.variable(key) + ") is needed"));
    }
}
