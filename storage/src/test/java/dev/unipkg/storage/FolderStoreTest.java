package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.file.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreTest implements BlobStoreContract, WholenessContract, UploadsContract, AbruptStopContract {

    @TempDir
    private Path root;

    private final HeardFaults heard = new HeardFaults();
    private BlobStore store;

    @BeforeEach
    @Override
    public void open() throws IOException {
        store = BlobStore.open(new StorageConfig.Folder(root, LIMITS), heard);
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
    public HeardFaults heard() {
        return heard;
    }

    @Override
    public void replace(Blob blob, Optional<byte[]> bytes) throws IOException {
        Files.deleteIfExists(file(blob));
        if (bytes.isPresent()) {
            Files.write(file(blob), bytes.get());
        }
    }

    private Path file(Blob blob) {
        return root.resolve("blobs")
                .resolve("sha256")
                .resolve(blob.digest().hex().substring(0, 2))
                .resolve(blob.digest().hex());
    }

    @Override
    public List<byte[]> quarantined() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        if (Files.exists(root.resolve("quarantine"))) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve("quarantine"))) {
                for (Path file : files) {
                    contents.add(Files.readAllBytes(file));
                }
            }
        }
        return contents;
    }

    @Override
    public List<String> leftovers() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .filter(path -> !path.equals("lock"))
                    .filter(path -> !path.matches("blobs/sha256/([0-9a-f]{2})/\\1[0-9a-f]{62}"))
                    .filter(path -> !path.matches("blobs/sha512/([0-9a-f]{2})/\\1[0-9a-f]{126}"))
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
    void partsOfAnUploadAreReadByTheirOwnerAlone() throws IOException {
        UUID upload = store.uploads().begin();
        try (Stream<Path> files = Files.walk(root)) {
            Path spool = files.filter(path -> path.getFileName().toString().startsWith(upload.toString()))
                    .findFirst()
                    .orElseThrow();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool)))
                    .isEqualTo("rw-------");
        }
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
    void aPutThatCannotBeWrittenToItsEndLeavesNothing() throws Exception {
        close();

        OtherProcess.Ended ended = OtherProcess.withFilesOfAtMost(2 << 20, "put", place());

        assertThat(ended.output()).contains("no room for ").contains(" at \"" + root);
        assertThat(leftovers()).isEmpty();
        open();
        assertThat(BLOB.findIn(store)).isEmpty();
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

        Download.LocalFile file = (Download.LocalFile) blob.findIn(store).orElseThrow();

        assertThat(file.path()).hasBinaryContent(blob.bytes());
        assertThat(file.size()).isEqualTo(1234);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("r--r--r--");
    }

    @Test
    void blobOfAnUploadIsReadOnlyLikeOthers() throws IOException {
        Blob blob = Blob.random(1234);
        UUID upload = store.uploads().begin();
        store.uploads().append(upload, 0, blob.stream());
        store.uploads().commit(upload, blob.digest());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(blob))))
                .isEqualTo("r--r--r--");
    }

    @Test
    void aBlobThatIsRenamedWhileItIsLookedForIsNotSeenBeforeItIsDurable() throws IOException {
        Blob blob = Blob.random(1000);
        blob.putInto(store);
        Path there = file(blob);
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
        try (FolderStore watched = open(settling, Disk::sync)) {
            Files.move(there, aside);
            assertThat(blob.findIn(watched)).isEmpty();
            assertThat(watched.read(blob.digest(), 1000, Range.WHOLE)).isEmpty();

            renamed(aside, there, settling, blob.digest());
            assertThat(blob.findIn(watched)).isEmpty();
            assertThat(watched.read(blob.digest(), 1000, Range.WHOLE)).isEmpty();

            settling.clear();
            assertThat(watched.read(blob.digest(), 1000, Range.WHOLE).orElseThrow())
                    .hasBinaryContent(blob.bytes());
        } finally {
            open();
        }
    }

    private FolderStore open(Set<Digest> settling, FolderStore.Directories directories) throws IOException {
        return FolderStore.open(
                new StorageConfig.Folder(root, LIMITS), heard, new FolderStore.Durability(settling, directories));
    }

    @Test
    void blobWhoseDirectoryCouldNotBeSyncedIsNotVisibleUntilItIs() throws IOException {
        Blob blob = Blob.random(1000);
        close();
        AtomicBoolean failing = new AtomicBoolean();
        Set<Digest> settling = ConcurrentHashMap.newKeySet();
        try (FolderStore broken = open(settling, directory -> {
            if (failing.get() && file(blob).startsWith(directory) && Files.exists(file(blob))) {
                throw new IOException("the disk fails");
            }
            Disk.sync(directory);
        })) {
            failing.set(true);
            assertThatThrownBy(() -> blob.putInto(broken)).hasMessage("the disk fails");
            assertThat(blob.findIn(broken)).isEmpty();
            assertThat(broken.read(blob.digest(), 1000, Range.WHOLE)).isEmpty();

            failing.set(false);
            blob.putInto(broken);
            assertThat(blob.findIn(broken)).isPresent();
            assertThat(settling).isEmpty();
        } finally {
            open();
        }
    }

    @Test
    void lookingForBlobsMakesAndSyncsNothing() throws IOException {
        Blob blob = Blob.random(1000);
        blob.putInto(store);
        close();
        open();
        close();
        List<Path> synced = new ArrayList<>();
        try (FolderStore watched = open(ConcurrentHashMap.newKeySet(), synced::add)) {
            synced.clear();
            Set<Path> before = folders();

            assertThat(blob.findIn(watched)).isPresent();
            assertThat(Blob.random(10).findIn(watched)).isEmpty();
            watched.read(blob.digest(), 1000, Range.WHOLE).orElseThrow().close();

            assertThat(synced).isEmpty();
            assertThat(folders()).isEqualTo(before);
        } finally {
            open();
        }
    }

    @Test
    void renamesOfAStoppedProcessAreMadeDurableWhenTheFolderIsOpened() throws Exception {
        Blob blob = OtherProcess.blob();
        close();
        assertThat(OtherProcess.run("put-then-halt", place()).status()).isEqualTo(OtherProcess.HALTED);
        List<Path> synced = Collections.synchronizedList(new ArrayList<>());

        try (FolderStore opened = open(ConcurrentHashMap.newKeySet(), synced::add)) {
            assertThat(synced).contains(file(blob).getParent());
            assertThat(blob.findIn(opened)).isPresent();
        }
        synced.clear();
        open(ConcurrentHashMap.newKeySet(), synced::add).close();
        assertThat(synced).doesNotContain(file(blob).getParent());
        open();
    }

    private Set<Path> folders() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isDirectory).collect(Collectors.toSet());
        }
    }

    @Test
    void folderInPlaceOfABlobIsBrokenAndPutAsideByAPut() throws IOException {
        Blob blob = Blob.random(4096);
        blob.putInto(store);
        Files.delete(file(blob));
        Files.createDirectory(file(blob));
        Files.writeString(file(blob).resolve("inside"), "something");

        assertThat(blob.findIn(store)).isEmpty();
        assertThat(store.read(blob.digest(), blob.size(), Range.WHOLE)).isEmpty();
        assertThat(heard.broken).singleElement().extracting(BrokenBlob::fault).isEqualTo(BrokenBlob.Fault.NO_FILE);

        blob.putInto(store);
        assertThat(blob.findIn(store)).isPresent();
        assertThat(heard.repaired).containsExactly(blob.digest());
        assertThat(root.resolve("quarantine")).isNotEmptyDirectory();
    }

    @Test
    void blobThatTheDiskDoesNotGiveIsBroken() throws Exception {
        Blob blob = Blob.random(0);
        blob.putInto(store);
        Path unreadable = Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "mem");

        try (MountedDisk _ = MountedDisk.overOrSkip(unreadable, file(blob))) {
            assertThat(store.inspect(blob.digest(), 0, _ -> {})).hasValueSatisfying(broken -> {
                assertThat(broken.fault()).isEqualTo(BrokenBlob.Fault.CONTENT);
                assertThat(broken.message()).contains("bytes that the disk does not give");
            });
        }

        assertThat(store.inspect(blob.digest(), 0, _ -> {})).isEmpty();
    }

    @Test
    void folderInPlaceOfABlobThatNothingNamesIsPutAside() throws IOException {
        Blob blob = Blob.random(10);
        Files.createDirectories(file(blob).resolve("inside"));

        store.delete(blob.digest());

        assertThat(file(blob)).doesNotExist();
    }

    @Test
    void linkInPlaceOfABlobIsBroken() throws IOException {
        Blob blob = Blob.random(100);
        blob.putInto(store);
        Path elsewhere = Files.write(root.resolve("elsewhere"), blob.bytes());
        Files.delete(file(blob));
        Files.createSymbolicLink(file(blob), elsewhere);

        assertThat(blob.findIn(store)).isEmpty();
        blob.putInto(store);

        assertThat(blob.findIn(store)).isPresent();
        assertThat(file(blob)).isRegularFile().hasBinaryContent(blob.bytes());
        assertThat(elsewhere).hasBinaryContent(blob.bytes());
    }

    @Test
    void blobThatMayNotBeReadIsBrokenForAProcessWithoutPrivileges() throws Exception {
        Blob blob = OtherProcess.blob();
        blob.putInto(store);
        close();
        Files.setPosixFilePermissions(file(blob), Set.of());

        assertThat(OtherProcess.withoutPrivileges("find", place()).output()).contains("UNREADABLE");

        assertThat(OtherProcess.withoutPrivileges("put", place()).output()).isEmpty();
        assertThat(OtherProcess.withoutPrivileges("find", place()).output()).contains("found " + blob.size());
        open();
    }

    /// The step of another thread's put between its last byte and its sync.
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
        Path file = ((Download.LocalFile) blob.findIn(store).orElseThrow()).path();
        String elsewhere = (blob.digest().hex().startsWith("00") ? "11" : "00") + "a".repeat(62);
        for (String name : List.of("abc", ".DS_Store", "f".repeat(65), elsewhere)) {
            Files.writeString(file.resolveSibling(name), "not a blob");
        }
        List<Digest> shown = new ArrayList<>();

        store.list(Optional.empty(), (digest, _, _) -> shown.add(digest));

        assertThat(shown).containsExactly(blob.digest());
    }

    @Test
    void aReadThatFailsLeavesNoFileOpen() throws IOException {
        Blob blob = Blob.random(1000);
        blob.putInto(store);
        Path path = ((Download.LocalFile) blob.findIn(store).orElseThrow()).path();
        close();
        open();

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.read(blob.digest(), blob.size(), Range.WHOLE))
                .isInstanceOf(ClosedByInterruptException.class);

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
