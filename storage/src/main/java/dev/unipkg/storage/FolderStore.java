package dev.unipkg.storage;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Pattern;

/// Blobs as files of a folder:
///
///     blobs/sha256/<first two hex digits>/<64 hex digits>   whole, verified, read-only
///     ingest/<random>                                       being written; dropped at open
///     uploads/<uuid>                                        what an upload session holds
///     lock                                                  held by the process that uses the folder
///
/// A put writes into `ingest`, hashing while it copies, then syncs the file, renames it into place and syncs the
/// directory. Puts do this side by side without batching: the file system joins concurrent syncs into one commit of
/// its journal, and collecting them here was measured to be slower.
final class FolderStore implements BlobStore {

    private static final int SHARDS = 256;

    private final Path shards;
    private final Path ingest;
    private final StoreLimits limits;
    private final FileChannel lock;
    private final FolderUploads uploads;
    private final DiskSpace space;

    /// Renamed but not yet known to be durable. Not visible until then: who relies on a blob because it was found
    /// must not lose it to a power cut. So it is looked at after a blob was found: one that is renamed in
    /// between is in it, or synced.
    private final Set<Digest> settling;

    /// 1 for each shard that [#prepare] has seen.
    private final AtomicIntegerArray prepared = new AtomicIntegerArray(SHARDS);

    private FolderStore(StorageConfig.Folder config, FileChannel lock, Set<Digest> settling) throws IOException {
        this.settling = settling;
        this.shards = config.root().resolve("blobs").resolve("sha256");
        this.ingest = config.root().resolve("ingest");
        this.limits = config.limits();
        this.lock = lock;
        this.space = new DiskSpace(config.root(), config.limits().reserveBytes());
        this.uploads = new FolderUploads(config.root().resolve("uploads"), this, config.limits(), space);
    }

    static FolderStore open(StorageConfig.Folder config) throws IOException {
        return open(config, ConcurrentHashMap.newKeySet());
    }

    /// @param settling empty, and safe for any number of threads
    static FolderStore open(StorageConfig.Folder config, Set<Digest> settling) throws IOException {
        Files.createDirectories(config.root());
        FileChannel lock = lock(config.root());
        try {
            FolderStore store = new FolderStore(config, lock, settling);
            store.makeFolders(config.root());
            store.dropAbandoned();
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

    private void makeFolders(Path root) throws IOException {
        Files.createDirectories(ingest);
        Files.createDirectories(uploads.folder());
        Files.createDirectories(shards);
        for (Path folder : List.of(shards, root.resolve("blobs"), root)) {
            FolderFiles.sync(folder);
        }
    }

    /// Makes the directory of such digests, and settles the renames into it that an earlier process was stopped before
    /// it synced. Once for each of the 256, when it is first used, so that opening a store takes no time.
    private void prepare(Digest digest) throws IOException {
        int number = Integer.parseInt(digest.hex().substring(0, 2), 16);
        if (prepared.get(number) == 0) {
            Files.createDirectories(shard(digest));
            FolderFiles.sync(shard(digest));
            FolderFiles.sync(shards);
            prepared.set(number, 1);
        }
    }

    private void dropAbandoned() throws IOException {
        try (DirectoryStream<Path> halves = Files.newDirectoryStream(ingest)) {
            for (Path half : halves) {
                Files.delete(half);
            }
        }
    }

    @Override
    public Put put(Digest expected, long expectedSize, InputStream bytes) throws IOException {
        if (expectedSize > limits.maxBlobBytes()) {
            throw new RefusedException(new ContentRefusal.TooLarge("the blob", limits.maxBlobBytes()));
        }
        VerifyingInputStream verified = new VerifyingInputStream(bytes, expected, expectedSize);
        Path half = ingest.resolve(UUID.randomUUID().toString());
        try {
            prepare(expected);
            if (Files.exists(path(expected))) {
                verified.transferTo(OutputStream.nullOutputStream());
                return settle(expected);
            }
            space.require(expectedSize);
            try (FileChannel file = FileChannel.open(half, CREATE_NEW, WRITE)) {
                FolderFiles.copy(verified, file, half, space);
                file.force(true);
            }
            return publish(half, expected);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(half);
            if (e instanceof IOException failure && DiskSpace.isFull(failure)) {
                throw new RefusedException(space.full(expectedSize), e);
            }
            throw e;
        }
    }

    /// Gives a whole, verified and synced file its name. The file is gone from its old place afterwards.
    Put publish(Path whole, Digest digest) throws IOException {
        prepare(digest);
        Path blob = path(digest);
        if (Files.exists(blob)) {
            Files.delete(whole);
            return settle(digest);
        }
        settling.add(digest);
        try {
            Files.move(whole, blob, StandardCopyOption.ATOMIC_MOVE);
            FolderFiles.sync(shard(digest));
        } finally {
            settling.remove(digest);
        }
        return Put.STORED;
    }

    private Put settle(Digest digest) throws IOException {
        if (settling.contains(digest)) {
            FolderFiles.sync(shard(digest));
        }
        return Put.ALREADY_THERE;
    }

    @Override
    public Optional<Download> find(Digest digest) throws IOException {
        try {
            Path blob = path(digest);
            long size = Files.size(blob);
            if (settling.contains(digest)) {
                return Optional.empty();
            }
            prepare(digest);
            return Optional.of(new Download.LocalFile(blob, size));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<InputStream> read(Digest digest, Range range) throws IOException {
        FileChannel blob;
        try {
            blob = FileChannel.open(path(digest), READ);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean handedOut = false;
        try {
            if (settling.contains(digest)) {
                return Optional.empty();
            }
            prepare(digest);
            blob.position(Math.min(range.offset(), blob.size()));
            InputStream rest = Channels.newInputStream(blob);
            handedOut = true;
            return Optional.of(
                    range.equals(Range.WHOLE) ? rest : new BoundedInputStream(rest, range.lengthIn(blob.size())));
        } finally {
            if (!handedOut) {
                blob.close();
            }
        }
    }

    @Override
    public void list(Optional<Digest> after, Visitor visitor) throws IOException {
        String last = after.map(Digest::hex).orElse("");
        int first = after.isEmpty() ? 0 : Integer.parseInt(last.substring(0, 2), 16);
        for (int number = first; number < SHARDS; number++) {
            Path shard = shards.resolve("%02x".formatted(number));
            for (Digest digest : Files.exists(shard) ? inShard(shard) : List.<Digest>of()) {
                if (digest.hex().compareTo(last) > 0 && !show(digest, visitor)) {
                    return;
                }
            }
        }
    }

    /// What lies in the directory under another name than a blob's is somebody else's.
    private static List<Digest> inShard(Path shard) throws IOException {
        Pattern name = Pattern.compile(shard.getFileName() + "[0-9a-f]{62}");
        List<Digest> digests = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(shard)) {
            for (Path file : files) {
                if (name.matcher(file.getFileName().toString()).matches()) {
                    digests.add(new Digest(file.getFileName().toString()));
                }
            }
        }
        Collections.sort(digests);
        return digests;
    }

    private boolean show(Digest digest, Visitor visitor) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path(digest), BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return true;
        }
        return visitor.visit(
                digest, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    @Override
    public void delete(Digest digest) throws IOException {
        // Not synced: a blob that a power cut brings back is one that nothing names, which costs its room and no more.
        Files.deleteIfExists(path(digest));
    }

    @Override
    public void check() throws IOException {
        Path probe = ingest.resolve(UUID.randomUUID().toString());
        try {
            if (!Files.isDirectory(shards)) {
                throw new NoSuchFileException(shards.toString());
            }
            try (FileChannel file = FileChannel.open(probe, CREATE_NEW, WRITE)) {
                FolderFiles.write(file, 0, ByteBuffer.wrap(new byte[1]), probe);
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (FileSystemException e) {
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
        lock.close();
    }

    private Path path(Digest digest) {
        return shard(digest).resolve(digest.hex());
    }

    private Path shard(Digest digest) {
        return shards.resolve(digest.hex().substring(0, 2));
    }
}
