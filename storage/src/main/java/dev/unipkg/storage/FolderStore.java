package dev.unipkg.storage;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.VerifyingInputStream;
import dev.unipkg.format.file.Disk;
import dev.unipkg.format.file.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/// Blobs as files of a folder:
///
///     blobs/sha256/<first two hex digits>/<64 hex digits>   whole, verified, read-only
///     blobs/sha512/<first two hex digits>/<128 hex digits>  the same
///     ingest/<random>                                       being written; dropped at open
///     uploads/<uuid>                                        what an upload session holds
///     quarantine/<hex digits>-<random>                      broken blobs that were put aside, for the operator
///     lock                                                  held by the process that uses the folder; empty when
///                                                           that process has closed the store
///
/// A put writes a [NewFile] into `ingest`, hashing while it copies, then syncs the file, publishes it and syncs the
/// directory. Puts do this side by side without batching: the file system joins concurrent syncs into one commit of
/// its journal, and collecting them here was measured to be slower.
final class FolderStore implements BlobStore {

    static final int BUFFER_BYTES = 128 << 10;

    private final Path root;
    private final Path ingest;
    private final Path quarantine;
    private final StoreLimits limits;
    private final FileChannel lock;
    private final FolderUploads uploads;
    private final DiskSpace space;
    private final Shards shards;
    private final Directories directories;
    private final BrokenBlobs brokenBlobs;

    /// Blobs that are renamed and not yet known to be durable. They are not visible until then: a client that
    /// relies on a blob because it was found must not lose it to a power cut. So this set is asked after a blob was
    /// found: one that is renamed in between is in it, or synced. A blob whose sync failed stays in it until a
    /// later one succeeds. Files are renamed, and this set is changed, under its lock.
    private final Set<Digest> settling;

    private FolderStore(StorageConfig.Folder config, FileChannel lock, StoreListener listener, Durability durability) {
        this.root = config.root();
        this.ingest = root.resolve("ingest");
        this.quarantine = root.resolve("quarantine");
        this.limits = config.limits();
        this.lock = lock;
        this.space = new DiskSpace(root, limits.reserveBytes());
        this.uploads = new FolderUploads(root.resolve("uploads"), this, limits, space);
        this.shards = new Shards(root.resolve("blobs"), durability.directories());
        this.directories = durability.directories();
        this.brokenBlobs = new BrokenBlobs(listener);
        this.settling = durability.settling();
    }

    /// Makes what a directory names survive a power cut.
    interface Directories {
        void sync(Path directory) throws IOException;
    }

    /// @param settling empty, and safe for any number of threads
    record Durability(Set<Digest> settling, Directories directories) {}

    static FolderStore open(StorageConfig.Folder config, StoreListener listener) throws IOException {
        return open(config, listener, new Durability(ConcurrentHashMap.newKeySet(), Disk::sync));
    }

    static FolderStore open(StorageConfig.Folder config, StoreListener listener, Durability durability)
            throws IOException {
        Files.createDirectories(config.root());
        FileChannel lock = lock(config.root());
        try {
            FolderStore store = new FolderStore(config, lock, listener, durability);
            store.makeFolders();
            store.dropAbandoned();
            store.markOpen();
            return store;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel = FileChannel.open(root.resolve("lock"), CREATE, WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("the blob folder " + root + " is open already in this process", e);
        }
        channel.close();
        throw new IOException("the blob folder " + root
                + " is in use by another process; stop that one, or use object storage for several");
    }

    private void makeFolders() throws IOException {
        Files.createDirectories(ingest);
        Files.createDirectories(uploads.folder());
        for (Path folder : shards.folders()) {
            Files.createDirectories(folder);
            directories.sync(folder);
        }
        directories.sync(root.resolve("blobs"));
        directories.sync(root);
    }

    private void dropAbandoned() throws IOException {
        try (DirectoryStream<Path> halves = Files.newDirectoryStream(ingest)) {
            for (Path half : halves) {
                Files.delete(half);
            }
        }
    }

    /// The mark stays where this process is stopped before it closes the store. Its last renames may then be visible
    /// and not durable.
    private void markOpen() throws IOException {
        if (lock.size() > 0) {
            shards.settle();
        }
        lock.write(ByteBuffer.wrap(new byte[] {'\n'}), 0);
    }

    @Override
    public void put(Digest expected, long expectedSize, InputStream bytes) throws IOException {
        if (expectedSize > limits.maxBlobBytes()) {
            throw new RefusedException(new ContentRefusal.TooLarge("the blob", limits.maxBlobBytes()));
        }
        VerifyingInputStream verified = new VerifyingInputStream(bytes, expected, expectedSize);
        try {
            space.require(expectedSize);
            try (NewFile file = NewFile.in(ingest)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int n = verified.read(buffer); n >= 0; n = verified.read(buffer)) {
                    space.require(n);
                    file.out().write(buffer, 0, n);
                }
                publish(file.sync(), expected, expectedSize);
            }
        } catch (IOException e) {
            throw DiskSpace.isFull(e) ? new RefusedException(space.full(expectedSize), e) : e;
        }
    }

    /// Gives a whole, verified and synced file its name. The file is gone from its old place afterwards.
    void publish(Path whole, Digest digest, long size) throws IOException {
        shards.make(digest);
        synchronized (settling) {
            // One that is durable already stays visible.
            if (shards.look(digest, size).isPresent()) {
                settling.add(digest);
            }
            if (Files.isDirectory(shards.file(digest), LinkOption.NOFOLLOW_LINKS)) {
                putAside(digest);
            }
            Disk.publish(whole, shards.file(digest));
        }
        directories.sync(shards.of(digest));
        synchronized (settling) {
            settling.remove(digest);
        }
        brokenBlobs.whole(digest);
    }

    @Override
    public Optional<Download> find(Digest digest, long size) throws IOException {
        return isWhole(digest, size)
                ? Optional.of(new Download.LocalFile(shards.file(digest), size))
                : Optional.empty();
    }

    private boolean isWhole(Digest digest, long size) throws IOException {
        Optional<BrokenBlob> broken = shards.look(digest, size);
        if (settling.contains(digest)) {
            return false;
        }
        broken.ifPresent(brokenBlobs::report);
        return broken.isEmpty();
    }

    @Override
    public Optional<InputStream> read(Digest digest, long size, Range range) throws IOException {
        if (!isWhole(digest, size)) {
            return Optional.empty();
        }
        FileChannel blob;
        try {
            blob = FileChannel.open(shards.file(digest), READ);
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        }
        boolean handedOut = false;
        try {
            blob.position(Math.min(range.offset(), size));
            InputStream rest = Channels.newInputStream(blob);
            handedOut = true;
            return Optional.of(range.equals(Range.WHOLE) ? rest : new BoundedInputStream(rest, range.lengthIn(size)));
        } finally {
            if (!handedOut) {
                blob.close();
            }
        }
    }

    @Override
    public Optional<BrokenBlob> inspect(Digest digest, long size, LongConsumer pace) throws IOException {
        Optional<BrokenBlob> broken = shards.look(digest, size);
        if (broken.isEmpty()) {
            try (InputStream bytes = Files.newInputStream(shards.file(digest))) {
                broken = Inspection.of(digest, size, shards.identity(digest), bytes, pace);
            } catch (NoSuchFileException deletedMeanwhile) {
                broken = shards.look(digest, size);
            }
        }
        if (broken.isEmpty()) {
            brokenBlobs.whole(digest);
        }
        return broken;
    }

    @Override
    public boolean quarantine(BrokenBlob broken) throws IOException {
        synchronized (settling) {
            try {
                if (!shards.identity(broken.digest()).equals(broken.identity())) {
                    return false;
                }
            } catch (NoSuchFileException e) {
                return false;
            }
            brokenBlobs.report(broken);
            putAside(broken.digest());
        }
        return true;
    }

    private void putAside(Digest digest) throws IOException {
        Files.createDirectories(quarantine);
        Files.move(
                shards.file(digest),
                quarantine.resolve(digest.hex() + "-" + UUID.randomUUID()),
                StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void list(Optional<Digest> after, Visitor visitor) throws IOException {
        shards.list(after, visitor);
    }

    @Override
    public void delete(Digest digest) throws IOException {
        // Not synced: a blob that a power cut brings back is one that nothing names, which costs its room and no more.
        try {
            Files.deleteIfExists(shards.file(digest));
        } catch (DirectoryNotEmptyException e) {
            putAside(digest);
        }
    }

    @Override
    public void check() throws IOException {
        try {
            for (Path folder : shards.folders()) {
                if (!Files.isDirectory(folder)) {
                    throw new NoSuchFileException(folder.toString());
                }
            }
            try (NewFile probe = NewFile.in(ingest)) {
                probe.out().write(0);
            }
        } catch (IOException e) {
            if (DiskSpace.isFull(e)) {
                throw new RefusedException(space.full(1), e);
            }
            throw new IOException("the blob folder is gone or cannot be written; mount it again: " + e, e);
        }
    }

    @Override
    public OptionalLong freeBytes() throws IOException {
        return OptionalLong.of(space.freeBytes());
    }

    @Override
    public Uploads uploads() {
        return uploads;
    }

    @Override
    public void close() throws IOException {
        if (lock.isOpen()) {
            lock.truncate(0);
        }
        lock.close();
    }
}
