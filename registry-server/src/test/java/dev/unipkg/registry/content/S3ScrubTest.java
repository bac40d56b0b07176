package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.S3Proxy;
import dev.unipkg.storage.StorageConfig;
import dev.unipkg.storage.StorageConfig.Delivery;
import dev.unipkg.storage.StoreLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// The bytes are damaged in the files of the S3 server.
class S3ScrubTest implements ScrubContract {

    private static ScrubbedRows rows;

    private final String bucket = "scrub-" + UUID.randomUUID();
    private final BrokenBlobReports reports = new BrokenBlobReports();
    private Sql sql;
    private BlobStore store;

    @BeforeAll
    static void startDatabase() {
        rows = new ScrubbedRows();
    }

    @AfterAll
    static void stopDatabase() {
        rows.close();
    }

    @BeforeEach
    void open() throws IOException {
        sql = rows.emptied();
        StorageConfig.S3 config = new StorageConfig.S3(
                S3Proxy.running().endpoint(),
                "us-east-1",
                bucket,
                S3Proxy.CREDENTIALS,
                true,
                new Delivery.Proxied(),
                StorageConfig.S3.MIN_PART_BYTES,
                3,
                StoreLimits.DEFAULT);
        store = BlobStore.open(config, reports);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Override
    public BlobStore store() {
        return store;
    }

    @Override
    public Sql sql() {
        return sql;
    }

    @Override
    public BrokenBlobReports reports() {
        return reports;
    }

    @Override
    public Path file(Digest digest) {
        return objects().resolve("blobs/sha256").resolve(digest.hex());
    }

    @Override
    public List<byte[]> quarantined() throws IOException {
        return FolderScrubTest.contents(objects().resolve("quarantine"));
    }

    private Path objects() {
        return S3Proxy.running().objects(bucket);
    }
}
