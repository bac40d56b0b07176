package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ContentRefusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreTest implements BlobStoreContract, UploadsContract, AbruptStopContract {

    @TempDir
    private Path root;

    private BlobStore store;

    @BeforeEach
    @Override
    public void open() throws IOException {
        store = BlobStore.open(new StorageConfig.Folder(root, LIMITS));
    }

    @AfterEach
    @Override
    public void close() throws IOException {
        store.close();
    }

    @Override
    public BlobStore store() {
        return store;
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

    @Override
    public List<String> place() {
        return List.of("folder", root.toString());
    }

    @Override
    public void sweepAbandoned() {
        // opening the folder has done it
    }

    @Test
    void aFullDiskIsToldWithThePlaceToLookAt() throws IOException {
        Path full = Path.of("/dev/full");
        try (FileChannel device = FileChannel.open(full, StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> FolderStore.write(device, 0, ByteBuffer.wrap(new byte[1000]), full))
                    .satisfies(Blob.refusedWith(new ContentRefusal.DiskFull("/dev/full", 1000)));
        }
    }

    @Test
    void aPutThatCannotBeWrittenToItsEndLeavesNothing() throws Exception {
        close();

        OtherProcess.Ended ended = OtherProcess.withFilesOfAtMost(2 << 20, "put", place());

        assertThat(ended.output())
                .contains("cannot write " + root.resolve("ingest"))
                .contains("at byte 2097152");
        assertThat(leftovers()).isEmpty();
        open();
        assertThat(store.find(OtherProcess.BLOB.digest())).isEmpty();
    }

    @Test
    void anAppendThatCannotBeWrittenToItsEndKeepsWhatIsSound() throws Exception {
        UUID upload = store.uploads().begin();
        close();

        OtherProcess.Ended ended = OtherProcess.withFilesOfAtMost(2 << 20, "append " + upload, place());

        assertThat(ended.output()).contains("cannot write " + root.resolve("uploads"));
        open();
        assertThat(store.uploads().offset(upload)).isEqualTo(2 << 20);
        store.uploads().append(upload, 2 << 20, OtherProcess.BLOB.streamOf(2 << 20, OtherProcess.BLOB.size()));
        assertThat(store.uploads().commit(upload, OtherProcess.BLOB.digest())).isEqualTo(Put.STORED);
    }

    @Test
    void aFolderInUseByAnotherProcessCannotBeOpened() throws Exception {
        OtherProcess.Ended ended = OtherProcess.run("put", place());

        assertThat(ended.output()).contains("the blob folder " + root + " is in use by another process");
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
