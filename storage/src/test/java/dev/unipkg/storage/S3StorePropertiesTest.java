package dev.unipkg.storage;

import java.io.IOException;
import java.util.UUID;

class S3StorePropertiesTest extends StoreProperties {

    private static final String BUCKET = "properties-" + UUID.randomUUID();

    @Override
    BlobStore open() throws IOException {
        return BlobStore.open(new StorageConfig.S3(
                S3Proxy.running().endpoint(),
                "us-east-1",
                BUCKET,
                S3Proxy.CREDENTIALS,
                true,
                new StorageConfig.Delivery.Proxied()));
    }
}
