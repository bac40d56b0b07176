package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import dev.unipkg.storage.BrokenBlob.Fault;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Pattern;

/// The directories that the files of a [FolderStore]'s blobs are in: 256 for each digest algorithm, by the
/// first two hex digits of the digests.
final class Shards {

    private static final int COUNT_EACH = 256;
    private static final List<Digest.Algorithm> ALGORITHMS = List.of(Digest.Algorithm.values());
    private static final int COUNT = COUNT_EACH * ALGORITHMS.size();

    /// Concurrent syncs share commits of the file system's journal.
    private static final int SYNCS_AT_ONCE = 16;

    private final Path blobs;
    private final FolderStore.Directories directories;

    /// 1 for each shard that was made, and is durable.
    private final AtomicIntegerArray made = new AtomicIntegerArray(COUNT);

    Shards(Path blobs, FolderStore.Directories directories) {
        this.blobs = blobs;
        this.directories = directories;
    }

    /// The folders that the directories are in, one for each algorithm.
    List<Path> folders() {
        return ALGORITHMS.stream().map(this::folder).toList();
    }

    private Path folder(Digest.Algorithm algorithm) {
        return blobs.resolve(algorithm.toString());
    }

    Path of(Digest digest) {
        return folder(digest.algorithm()).resolve(digest.hex().substring(0, 2));
    }

    Path file(Digest digest) {
        return of(digest).resolve(digest.hex());
    }

    /// Makes the shard of the digest durable; made when it is first written to, so that opening an empty store takes
    /// no time.
    void make(Digest digest) throws IOException {
        int number = number(digest);
        if (made.get(number) == 0) {
            Files.createDirectories(of(digest));
            directories.sync(folder(digest.algorithm()));
            made.set(number, 1);
        }
    }

    /// Makes all renames durable that an earlier process was stopped before it synced.
    void settle() throws IOException {
        try (ExecutorService threads = Executors.newFixedThreadPool(SYNCS_AT_ONCE)) {
            List<Future<?>> syncs = new ArrayList<>();
            for (int number = 0; number < COUNT; number++) {
                Path shard = shard(number);
                if (Files.isDirectory(shard)) {
                    syncs.add(threads.submit(() -> {
                        directories.sync(shard);
                        return null;
                    }));
                }
            }
            for (Future<?> sync : syncs) {
                sync.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException("cannot sync " + blobs, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while syncing " + blobs, e);
        }
    }

    /// Compares the file of a blob with its record, without opening it; empty where nothing is wrong.
    Optional<BrokenBlob> look(Digest digest, long size) throws IOException {
        Path file = file(digest);
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Optional.of(new BrokenBlob(digest, size, Fault.ABSENT, "nothing", ""));
        }
        String identity = identity(attributes);
        if (!attributes.isRegularFile()) {
            return Optional.of(new BrokenBlob(digest, size, Fault.NO_FILE, "no file at " + file, identity));
        }
        if (attributes.size() != size) {
            return Optional.of(
                    new BrokenBlob(digest, size, Fault.LENGTH, attributes.size() + " bytes in " + file, identity));
        }
        return Files.isReadable(file)
                ? Optional.empty()
                : Optional.of(new BrokenBlob(
                        digest, size, Fault.UNREADABLE, "the file " + file + ", which cannot be read", identity));
    }

    /// Names what is at the file of a blob now; a file that takes its place later has another name.
    ///
    /// @throws NoSuchFileException where there is none
    String identity(Digest digest) throws IOException {
        return identity(Files.readAttributes(file(digest), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }

    private static String identity(BasicFileAttributes attributes) {
        return attributes.fileKey() + " of " + attributes.lastModifiedTime();
    }

    void list(Optional<Digest> after, BlobStore.Visitor visitor) throws IOException {
        for (int number = after.map(Shards::number).orElse(0); number < COUNT; number++) {
            Path shard = shard(number);
            for (Digest digest : Files.exists(shard) ? inShard(number) : List.<Digest>of()) {
                if (after.filter(last -> digest.compareTo(last) <= 0).isEmpty() && !show(digest, visitor)) {
                    return;
                }
            }
        }
    }

    /// Files of other names do not belong to the store.
    private List<Digest> inShard(int number) throws IOException {
        Path shard = shard(number);
        Digest.Algorithm algorithm = ALGORITHMS.get(number / COUNT_EACH);
        Pattern name = Pattern.compile(shard.getFileName() + "[0-9a-f]{" + (algorithm.hexLength() - 2) + "}");
        List<Digest> digests = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(shard)) {
            for (Path file : files) {
                if (name.matcher(file.getFileName().toString()).matches()) {
                    digests.add(new Digest(algorithm, file.getFileName().toString()));
                }
            }
        }
        Collections.sort(digests);
        return digests;
    }

    private boolean show(Digest digest, BlobStore.Visitor visitor) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file(digest), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return true;
        }
        return visitor.visit(
                digest, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    private Path shard(int number) {
        return folder(ALGORITHMS.get(number / COUNT_EACH)).resolve("%02x".formatted(number % COUNT_EACH));
    }

    private static int number(Digest digest) {
        return ALGORITHMS.indexOf(digest.algorithm()) * COUNT_EACH
                + Integer.parseInt(digest.hex().substring(0, 2), 16);
    }
}
