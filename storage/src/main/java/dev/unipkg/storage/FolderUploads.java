package dev.unipkg.storage;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.file.FileOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Upload sessions as spool files, one per session, named by its UUID: the file's length is the offset, and its
/// modification time tells when something was last added.
///
/// While the process lives, the SHA-256 of what was appended is carried along; a session from before a
/// restart, and one that is committed under its SHA-512, is hashed once more then. Appends are not synced,
/// the commit is: after a power cut a session may hold less than was appended, and its client learns so
/// from the offset, as after any cut.
final class FolderUploads implements Uploads {

    /// An upload may never be published, so other users of the machine may not read it.
    private static final FileAttribute<?> FOR_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final FolderStore store;
    private final StoreLimits limits;
    private final DiskSpace space;
    private final Map<UUID, Session> sessions = new ConcurrentHashMap<>();

    FolderUploads(Path folder, FolderStore store, StoreLimits limits, DiskSpace space) {
        this.folder = folder;
        this.store = store;
        this.limits = limits;
        this.space = space;
    }

    /// The state of a session in this process. Every change of the spool holds this object's lock.
    private static final class Session {
        private MessageDigest hash = Digest.sha256();
        private long hashed;
        private boolean ended;

        private void update(byte[] bytes, int length, long at) {
            if (hashed == at) {
                hash.update(bytes, 0, length);
                hashed += length;
            }
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public UUID begin() throws IOException {
        if (spools().size() >= limits.maxUploads()) {
            throw new RefusedException(new ContentRefusal.TooManyUploads(limits.maxUploads()));
        }
        UUID upload = UUID.randomUUID();
        try {
            Files.createFile(spool(upload), FOR_OWNER);
        } catch (IOException e) {
            throw DiskSpace.isFull(e) ? new RefusedException(space.full(1), e) : e;
        }
        return upload;
    }

    /// The sessions that have a spool. Files with other names belong to other programs.
    private List<UUID> spools() throws IOException {
        List<UUID> uploads = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                upload(file.getFileName().toString()).ifPresent(uploads::add);
            }
        }
        return uploads;
    }

    private static Optional<UUID> upload(String name) {
        try {
            UUID upload = UUID.fromString(name);
            // It reads short forms too, such as 1-1-1-1-1.
            return upload.toString().equals(name) ? Optional.of(upload) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public long offset(UUID upload) throws IOException {
        try {
            return Files.size(spool(upload));
        } catch (NoSuchFileException e) {
            throw unknown(upload);
        }
    }

    @Override
    public long append(UUID upload, long offset, InputStream bytes) throws IOException {
        Session session = sessions.computeIfAbsent(upload, _ -> new Session());
        try (FileChannel spool = openSpool(upload, WRITE)) {
            requireEnd(spool, offset);
            FileOutput out = new FileOutput(spool(upload), spool, offset);
            byte[] buffer = new byte[FolderStore.BUFFER_BYTES];
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                extend(upload, session, spool, out, ByteBuffer.wrap(buffer, 0, n));
            }
            return out.position();
        }
    }

    /// Adds one buffer. The lock is not held while waiting for the client, so a silent client cannot block its
    /// own retry: the first append at the true end wins, and the other one fails here.
    private void extend(UUID upload, Session session, FileChannel spool, FileOutput out, ByteBuffer bytes)
            throws IOException {
        long at = out.position();
        int length = bytes.remaining();
        synchronized (session) {
            if (session.ended) {
                throw unknown(upload);
            }
            requireEnd(spool, at);
            if (at + length > limits.maxBlobBytes()) {
                end(upload, session);
                throw new RefusedException(new ContentRefusal.TooLarge("the blob", limits.maxBlobBytes()));
            }
            try {
                space.require(length);
                out.write(bytes.array(), 0, length);
            } catch (IOException e) {
                if (DiskSpace.isFull(e)) {
                    // The file stays open, and so would keep its room, until the client of this part is done.
                    spool.truncate(0);
                    end(upload, session);
                    throw new RefusedException(space.full(at + length), e);
                }
                spool.truncate(at);
                throw e;
            }
            session.update(bytes.array(), length, at);
        }
    }

    private static void requireEnd(FileChannel spool, long at) throws IOException {
        if (spool.size() != at) {
            throw new RefusedException(new ContentRefusal.OffsetMismatch(spool.size(), at));
        }
    }

    @Override
    public long commit(UUID upload, Digest expected) throws IOException {
        Session session = sessions.computeIfAbsent(upload, _ -> new Session());
        synchronized (session) {
            if (session.ended) {
                throw unknown(upload);
            }
            long size;
            try (FileChannel spool = openSpool(upload, READ)) {
                size = spool.size();
                Digest actual = expected.isSha256()
                        ? digest(session, spool)
                        : expected.algorithm()
                                .ofHash(hashed(spool, expected.algorithm()).digest());
                if (!actual.equals(expected)) {
                    end(upload, session);
                    throw new RefusedException(new ContentRefusal.DigestMismatch(expected, actual));
                }
                spool.force(true);
            }
            store.publish(spool(upload), expected, size);
            end(upload, session);
            return size;
        }
    }

    private static Digest digest(Session session, FileChannel spool) throws IOException {
        if (session.hashed != spool.size()) {
            session.hash = hashed(spool, Digest.Algorithm.SHA256);
            session.hashed = spool.size();
        }
        return Digest.ofHash(copyOf(session.hash).digest());
    }

    /// A computation over all bytes of a spool.
    private static MessageDigest hashed(FileChannel spool, Digest.Algorithm algorithm) throws IOException {
        MessageDigest hash = algorithm.start();
        ByteBuffer buffer = ByteBuffer.allocate(FolderStore.BUFFER_BYTES);
        spool.position(0);
        for (int n = spool.read(buffer); n >= 0; n = spool.read(buffer.clear())) {
            hash.update(buffer.flip());
        }
        return hash;
    }

    /// Finishing a computation resets it; the copy keeps it for a commit that is tried again.
    private static MessageDigest copyOf(MessageDigest hash) {
        try {
            return (MessageDigest) hash.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the SHA-256 of every Java runtime can be copied", e);
        }
    }

    @Override
    public void discard(UUID upload) throws IOException {
        Session session = sessions.computeIfAbsent(upload, _ -> new Session());
        synchronized (session) {
            boolean known = !session.ended && Files.exists(spool(upload));
            end(upload, session);
            if (!known) {
                throw unknown(upload);
            }
        }
    }

    /// Under the session's lock. An append that still holds the spool open finds the session ended, so it cannot
    /// write into what has become a blob.
    private void end(UUID upload, Session session) throws IOException {
        session.ended = true;
        Files.deleteIfExists(spool(upload));
        sessions.remove(upload, session);
    }

    @Override
    public List<UUID> idleSince(Instant instant) throws IOException {
        List<UUID> idle = new ArrayList<>();
        for (UUID upload : spools()) {
            try {
                if (Files.getLastModifiedTime(spool(upload)).toInstant().isBefore(instant)) {
                    idle.add(upload);
                }
            } catch (NoSuchFileException e) {
                // ended while we looked
            }
        }
        return idle;
    }

    private FileChannel openSpool(UUID upload, OpenOption access) throws IOException {
        try {
            return FileChannel.open(spool(upload), access);
        } catch (NoSuchFileException e) {
            sessions.remove(upload);
            throw unknown(upload);
        }
    }

    private Path spool(UUID upload) {
        return folder.resolve(upload.toString());
    }

    private static RefusedException unknown(UUID upload) {
        return new RefusedException(new ContentRefusal.UnknownUpload(upload.toString()));
    }
}
