package dev.unipkg.storage;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Upload sessions as objects, one per [chunk][S3Chunks] of at most a part's size: the session stands where its last
/// chunk ends. All state is in the bucket, so any process continues any session.
///
/// The names of chunks are never used twice, so what was hashed as it passed is what is put together. The
/// commit lets the object storage do that where this process has hashed all chunks with the algorithm of
/// the digest, which is SHA-256; otherwise it reads them once more. Nothing here asks the object storage
/// for conditional writes.
final class S3Uploads implements Uploads {

    private final S3Bucket bucket;
    private final S3Store store;
    private final StorageConfig.S3 config;
    private final Map<UUID, Session> sessions;

    S3Uploads(S3Bucket bucket, S3Store store, StorageConfig.S3 config) {
        this.bucket = bucket;
        this.store = store;
        this.config = config;
        this.sessions = Collections.synchronizedMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Session> eldest) {
                return size() > config.limits().maxUploads();
            }
        });
    }

    /// The state of a session in this process: the end of its appends, and the SHA-256 of the first chunks.
    private static final class Session {
        private final MessageDigest hash = Digest.sha256();
        private final List<String> keys = new ArrayList<>();
        private long hashed;
        private long claimed;

        /// Takes the bytes from an offset on for one append.
        ///
        /// @return whether no other append of this process has taken them
        private synchronized boolean claim(long at, int length) {
            if (claimed > at) {
                return false;
            }
            claimed = at + length;
            return true;
        }

        private synchronized void unclaim(long at, int length) {
            if (claimed == at + length) {
                claimed = at;
            }
        }

        private synchronized void update(PartBuffers.Filled chunk, long at, String key) {
            if (hashed == at) {
                hash.update(chunk.bytes(), 0, chunk.length());
                keys.add(key);
                hashed += chunk.length();
            }
        }

        /// The digest of these chunks, if they are the ones that passed.
        private synchronized Optional<Digest> of(List<String> chunks) {
            try {
                return keys.equals(chunks)
                        ? Optional.of(Digest.ofHash(((MessageDigest) hash.clone()).digest()))
                        : Optional.empty();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the SHA-256 of this Java runtime cannot be continued", e);
            }
        }
    }

    @Override
    public UUID begin() throws IOException {
        if (countSessions() >= config.limits().maxUploads()) {
            throw new RefusedException(
                    new ContentRefusal.TooManyUploads(config.limits().maxUploads()));
        }
        UUID upload = UUID.randomUUID();
        bucket.put(S3Keys.begun(upload), new byte[0], 0);
        sessions.put(upload, new Session());
        return upload;
    }

    @Override
    public long offset(UUID upload) throws IOException {
        return S3Chunks.of(bucket, upload).end();
    }

    @Override
    public long append(UUID upload, long offset, InputStream bytes) throws IOException {
        requireEnd(offset(upload), offset);
        Session session = sessions.computeIfAbsent(upload, _ -> new Session());
        UUID append = UUID.randomUUID();
        long at = offset;
        boolean ended = false;
        while (!ended) {
            try (PartBuffers.Filled filled = store.buffers().read(bytes)) {
                if (at + filled.length() > config.limits().maxBlobBytes()) {
                    discard(upload);
                    throw new RefusedException(new ContentRefusal.TooLarge(
                            "the blob", config.limits().maxBlobBytes()));
                }
                if (filled.length() > 0) {
                    write(session, filled, S3Keys.chunk(upload, at, append));
                    at += filled.length();
                }
                filled.requireWhole();
                ended = filled.ended();
            }
        }
        return at;
    }

    private void write(Session session, PartBuffers.Filled chunk, String key) throws IOException {
        long at = S3Keys.chunkOffset(key);
        if (!session.claim(at, chunk.length())) {
            throw new RefusedException(
                    new ContentRefusal.OffsetMismatch(offset(S3Keys.upload(key).orElseThrow()), at));
        }
        try {
            bucket.put(key, chunk.bytes(), chunk.length());
        } catch (IOException e) {
            session.unclaim(at, chunk.length());
            throw e;
        }
        session.update(chunk, at, key);
    }

    private static void requireEnd(long end, long offset) throws RefusedException {
        if (end != offset) {
            throw new RefusedException(new ContentRefusal.OffsetMismatch(end, offset));
        }
    }

    @Override
    public long commit(UUID upload, Digest expected) throws IOException {
        S3Chunks chunks = S3Chunks.of(bucket, upload);
        Optional<Digest> known =
                Optional.ofNullable(sessions.get(upload)).flatMap(session -> session.of(chunks.keys()));
        boolean hashed = known.isPresent() && expected.isSha256();
        try {
            if (hashed) {
                join(chunks, known.get(), expected);
            } else {
                stream(chunks, expected);
            }
            end(upload);
            return chunks.end();
        } catch (RefusedException e) {
            end(upload);
            throw e;
        } catch (IOException e) {
            throw bucket.stat(S3Keys.begun(upload)).isPresent() ? e : unknown(upload);
        }
    }

    /// Reads the chunks, verifying them, and writes them as a blob.
    private void stream(S3Chunks chunks, Digest expected) throws IOException {
        try (InputStream joined = chunks.open(bucket)) {
            store.put(expected, chunks.end(), joined);
        }
    }

    /// Makes a blob of chunks whose digest is known, if possible within the object storage.
    private void join(S3Chunks chunks, Digest known, Digest expected) throws IOException {
        if (!known.equals(expected)) {
            throw new RefusedException(new ContentRefusal.DigestMismatch(expected, known));
        }
        if (chunks.areParts()) {
            copyParts(chunks.keys(), expected);
        } else {
            stream(chunks, expected);
        }
    }

    private void copyParts(List<String> chunks, Digest expected) throws IOException {
        try (S3Multipart parts = store.begin(expected)) {
            try {
                for (String chunk : chunks) {
                    parts.addCopy(chunk);
                }
                store.complete(parts, expected);
            } catch (IOException | RuntimeException e) {
                parts.abort();
                throw e;
            }
        }
    }

    @Override
    public void discard(UUID upload) throws IOException {
        if (!end(upload)) {
            throw unknown(upload);
        }
    }

    /// Drops whatever the bucket holds of the session. Its mark goes first: a session that lacks some of its
    /// bytes is never seen as one.
    ///
    /// @return whether there was anything
    private boolean end(UUID upload) throws IOException {
        sessions.remove(upload);
        List<String> keys = new ArrayList<>();
        bucket.list(S3Keys.session(upload), null, object -> keys.add(object.objectName()));
        keys.sort(Comparator.comparing(key -> !S3Keys.isBegun(key)));
        for (String key : keys) {
            bucket.delete(key);
        }
        return !keys.isEmpty();
    }

    @Override
    public List<UUID> idleSince(Instant instant) throws IOException {
        return sessions().entrySet().stream()
                .filter(session -> session.getValue().isBefore(instant))
                .map(Map.Entry::getKey)
                .toList();
    }

    private long countSessions() throws IOException {
        return bucket.folders(S3Keys.UPLOADS, S3Bucket.MOST_LISTED).stream()
                .filter(folder -> S3Keys.upload(folder).isPresent())
                .count();
    }

    /// Every session, with when it was last added to. Also what an append left that its session's end overtook.
    private Map<UUID, Instant> sessions() throws IOException {
        Map<UUID, Instant> sessions = new HashMap<>();
        bucket.list(S3Keys.UPLOADS, null, object -> {
            Instant modified = object.lastModified().toInstant();
            S3Keys.upload(object.objectName())
                    .ifPresent(upload -> sessions.merge(upload, modified, (a, b) -> a.isAfter(b) ? a : b));
            return true;
        });
        return sessions;
    }

    static RefusedException unknown(UUID upload) {
        return new RefusedException(new ContentRefusal.UnknownUpload(upload.toString()));
    }
}
