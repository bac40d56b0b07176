package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    public void removePlace() throws IOException {
        Folders.delete(root.resolve("blobs"));
    }

    @Test
    void aFolderThatTakesNoFilesIsNotWell() throws IOException {
        Files.delete(root.resolve("ingest"));

        assertThatThrownBy(() -> store.check())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the blob folder is gone or cannot be written");
    }

    @Override
    public void sweepAbandoned() {
        // opening the folder has done it
    }

    @Test
    void aFullDiskIsToldWithThePlaceToLookAt() throws IOException {
        Path full = Path.of("/dev/full");
        try (FileChannel device = FileChannel.open(full, StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> FolderFiles.write(device, 0, ByteBuffer.wrap(new byte[1000]), full))
                    .satisfies(Blob.refusedWith(new ContentRefusal.DiskFull("/dev/full", 1000)));
        }
    }

    @Test
    void aPutThatCannotBeWrittenToItsEndLeavesNothing() throws Exception {
        close();

        OtherProcess.Ended ended = OtherProcess.withFilesOfAtMost(2 << 20, "put", place());

        assertThat(ended.output()).contains("no room for ").contains(" at \"" + root);
        assertThat(leftovers()).isEmpty();
        open();
        assertThat(store.find(BLOB.digest())).isEmpty();
    }

    @Test
    void appendThatFindsNoRoomEndsItsSessionAndFreesTheBytes() throws Exception {
        UUID upload = store.uploads().begin();
        close();

        OtherProcess.Ended ended = OtherProcess.withFilesOfAtMost(2 << 20, "append " + upload, place());

        assertThat(ended.output()).contains("no room for ").contains(" at \"" + root);
        assertThat(leftovers()).isEmpty();
        open();
        assertThatThrownBy(() -> store.uploads().offset(upload))
                .satisfies(Blob.refusedWith(new ContentRefusal.UnknownUpload(upload.toString())));
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
    void aBlobThatIsRenamedWhileItIsLookedForIsNotSeenBeforeItIsDurable() throws IOException {
        Blob blob = Blob.random(1000);
        blob.putInto(store);
        Path there = ((Download.LocalFile) store.find(blob.digest()).orElseThrow()).path();
        Path aside = root.resolve("aside");
        close();
        Set<Digest> settling = new HashSet<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean contains(Object digest) {
                boolean contained = super.contains(digest);
                renamed(aside, there, this, blob.digest());
                return contained;
            }
        };
        try (FolderStore watched = FolderStore.open(new StorageConfig.Folder(root, LIMITS), settling)) {
            Files.move(there, aside);
            assertThat(watched.find(blob.digest())).isEmpty();
            assertThat(watched.read(blob.digest(), Range.WHOLE)).isEmpty();

            renamed(aside, there, settling, blob.digest());
            assertThat(watched.find(blob.digest())).isEmpty();
            assertThat(watched.read(blob.digest(), Range.WHOLE)).isEmpty();

            settling.clear();
            assertThat(watched.read(blob.digest(), Range.WHOLE).orElseThrow()).hasBinaryContent(blob.bytes());
        } finally {
            open();
        }
    }

    /// What another thread's put does between its last byte and its sync.
    private static void renamed(Path from, Path to, Set<Digest> settling, Digest digest) {
        try {
            if (Files.exists(from)) {
                settling.add(digest);
                Files.move(from, to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void filesOfOthersAreNoSessionsAndDoNotEndASweep() throws IOException {
        UUID upload = store.uploads().begin();
        for (String name : List.of("1-1-1-1-1", ".DS_Store", "lost+found", upload + ".bak", "a", "b")) {
            Files.writeString(root.resolve("uploads").resolve(name), "not an upload");
        }

        assertThat(store.uploads().idleSince(Instant.now().plusSeconds(60))).containsExactly(upload);
        for (int i = 1; i < LIMITS.maxUploads(); i++) {
            store.uploads().begin();
        }
    }

    @Test
    void filesOfOthersAreNoBlobs() throws IOException {
        Blob blob = Blob.random(1000);
        blob.putInto(store);
        Path shard = ((Download.LocalFile) store.find(blob.digest()).orElseThrow())
                .path()
                .getParent();
        String elsewhere = (blob.digest().hex().startsWith("00") ? "11" : "00") + "a".repeat(62);
        for (String name : List.of("abc", ".DS_Store", "f".repeat(65), elsewhere)) {
            Files.writeString(shard.resolve(name), "not a blob");
        }
        List<Digest> shown = new ArrayList<>();

        store.list(Optional.empty(), (digest, _, _) -> shown.add(digest));

        assertThat(shown).containsExactly(blob.digest());
    }

    @Test
    void aReadThatFailsLeavesNoFileOpen() throws IOException {
        Blob blob = Blob.random(1000);
        blob.putInto(store);
        Path path = ((Download.LocalFile) store.find(blob.digest()).orElseThrow()).path();
        close();
        open();

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.read(blob.digest(), Range.WHOLE)).isInstanceOf(ClosedByInterruptException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(openFiles()).doesNotContain(path);
    }

    private static List<Path> openFiles() throws IOException {
        List<Path> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                open.add(Files.readSymbolicLink(descriptor));
            }
        }
        return open;
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
