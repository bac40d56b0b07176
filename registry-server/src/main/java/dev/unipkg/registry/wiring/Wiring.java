package dev.unipkg.registry.wiring;

import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.StorageConfig;
import dev.unipkg.storage.StoreListener;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;

/// The objects of the pure rooms, made from the settings.
@ApplicationScoped
class Wiring {

    private static final Logger LOG = Logger.getLogger(Wiring.class);
    private static final int FIRST = 1;

    @Produces
    @Singleton
    Clock clock() {
        // As PostgreSQL keeps times, so that what was made is shown alike at once and later.
        return Clock.tick(Clock.systemUTC(), Duration.of(1, ChronoUnit.MICROS));
    }

    @Produces
    @Singleton
    StorageConfig storage(Settings settings) {
        return ConfiguredStorage.of(settings);
    }

    @Produces
    @Singleton
    BlobStore blobStore(StorageConfig config, StoreListener listener) throws IOException {
        try {
            return BlobStore.open(config, listener);
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
}
