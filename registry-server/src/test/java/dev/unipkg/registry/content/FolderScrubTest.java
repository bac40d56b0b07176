package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FolderScrubTest implements ScrubContract {

    private static ScrubbedRows rows;

    @TempDir
    Path folder;

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
        store = BlobStore.open(new StorageConfig.Folder(folder), reports);
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
        return folder.resolve("blobs/sha256")
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }

    @Override
    public List<byte[]> quarantined() throws IOException {
        return contents(folder.resolve("quarantine"));
    }

    /// The contents of all files of a folder, which may not exist.
    static List<byte[]> contents(Path folder) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        if (Files.exists(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    contents.add(Files.readAllBytes(file));
                }
            }
        }
        return contents;
    }
}
