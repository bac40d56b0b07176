package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.content.StoreOver;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Download;
import dev.unipkg.storage.StorageConfig;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/// The same where the bytes come through the server, as from object storage.
@QuarkusTest
@TestProfile(ProxiedLongManifestsTest.Proxied.class)
class ProxiedLongManifestsTest extends LongManifestsTest {

    public static final class Proxied implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(ProxiedStore.class);
        }
    }

    @Alternative
    @Singleton
    public static class ProxiedStore extends StoreOver {

        private final BlobStore folder;

        ProxiedStore(StorageConfig config) throws IOException {
            this(BlobStore.open(config));
        }

        private ProxiedStore(BlobStore folder) {
            super(folder);
            this.folder = folder;
        }

        @Override
        public Optional<Download> find(Digest digest, long size) throws IOException {
            return super.find(digest, size).map(found -> new Download.Bytes(this, digest, size));
        }

        @PreDestroy
        void stop() throws IOException {
            folder.close();
        }
    }
}
