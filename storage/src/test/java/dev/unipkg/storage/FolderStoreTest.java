package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreTest implements BlobStoreContract, UploadsContract {

    @TempDir
    private Path root;

    private BlobStore store;

    @BeforeEach
    void open() throws IOException {
        store = BlobStore.open(new StorageConfig.Folder(root, LIMITS));
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
    public void reopen() throws IOException {
        close();
        open();
    }

    @Override
    public List<String> leftovers() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .filter(path -> !path.equals("lock") && !path.matches("blobs/sha256/([0-9a-f]{2})/\\1[0-9a-f]{62}"))
                    .toList();
        }
    }

    @Override
    public boolean showsBytesAsTheyCome() {
        return true;
    }

    @Test
    void aBlobIsAFileOfItsOwnThatNobodyWritesAgain() throws IOException {
        Blob blob = Blob.random(1234);
        blob.putInto(store);

        Download.LocalFile file = (Download.LocalFile) store.find(blob.digest()).orElseThrow();

        assertThat(file.path()).hasBinaryContent(blob.bytes());
        assertThat(file.size()).isEqualTo(1234);
    }

    @Test
    void whatAnEarlierProcessLeftHalfDoneIsDroppedAtOpen() throws IOException {
        close();
        Files.writeString(root.resolve("ingest").resolve("6d1f"), "half");

        open();

        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aFolderInUseCannotBeOpenedAgain() {
        assertThatThrownBy(() -> BlobStore.open(new StorageConfig.Folder(root)))
                .isInstanceOf(IOException.class)
                .hasMessage("the blob folder " + root + " is open already in this process");
    }

    @Test
    void aFolderThatCannotBeMadeIsAnError() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "not a folder");

        assertThatThrownBy(() -> BlobStore.open(new StorageConfig.Folder(file))).isInstanceOf(IOException.class);
        Files.delete(file);
    }
}
