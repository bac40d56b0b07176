package dev.unipkg.storage;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import io.minio.Http;
import io.minio.StatObjectResponse;
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
/// A chunk is written only if none has its name (`If-None-Match: *`), so of racing appends one wins each
/// offset. The commit lets the object storage put the chunks together, where this process has hashed all of
/// them as they passed; otherwise it reads them once more. What is put together are the very objects that were hashed,
/// by their entity tags: a late append may give the name of a chunk to other bytes when the session's end has freed it.
final class S3Uploads implements Uploads {

    /// Tells a chunk that a lost answer made us write twice from a chunk of somebody else.
    private static final String WRITER = "x-amz-meta-writer";

    private final S3Bucket bucket;
    private final S3Store store;
    private final StorageConfig.S3 config;
    private final Map<UUID, Hash> hashes;

    S3Uploads(S3Bucket bucket, S3Store store, StorageConfig.S3 config) {
        this.bucket = bucket;
        this.store = store;
        this.config = config;
        this.hashes = Collections.synchronizedMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Hash> eldest) {
                return size() > config.limits().maxUploads();
            }
        });
    }

    /// The SHA-256 of the first chunks of a session.
    private static final class Hash {
        private final MessageDigest hash = Digest.sha256();
        private final List<String> etags = new ArrayList<>();
        private long hashed;

        private synchronized void update(PartBuffers.Filled chunk, long at, String etag) {
            if (hashed == at) {
                hash.update(chunk.bytes(), 0, chunk.length());
                etags.add(etag);
                hashed += chunk.length();
            }
        }

        private synchronized Optional<Hashed> of(long size) {
            try {
                return hashed == size
                        ? Optional.of(
                                new Hashed(Digest.ofHash(((MessageDigest) hash.clone()).digest()), List.copyOf(etags)))
                        : Optional.empty();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the SHA-256 of this Java runtime cannot be continued", e);
            }
        }
    }

    /// All chunks of a session: their digest, and the entity tag of each.
    private record Hashed(Digest digest, List<String> etags) {}

    @Override
    public UUID begin() throws IOException {
        if (countSessions() >= config.limits().maxUploads()) {
            throw new RefusedException(
                    new ContentRefusal.TooManyUploads(config.limits().maxUploads()));
        }
        UUID upload = UUID.randomUUID();
        bucket.put(S3Keys.begun(upload), new byte[0], 0);
        hashes.put(upload, new Hash());
        return upload;
    }

    @Override
    public long offset(UUID upload) throws IOException {
        return S3Chunks.of(bucket, upload).end();
    }

    @Override
    public long append(UUID upload, long offset, InputStream bytes) throws IOException {
        requireEnd(offset(upload), offset);
        Hash hash = hashes.computeIfAbsent(upload, _ -> new Hash());
        String writer = UUID.randomUUID().toString();
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
                    hash.update(filled, at, write(upload, at, filled, writer));
                    at += filled.length();
                }
                filled.requireWhole();
                ended = filled.ended();
            }
        }
        return at;
    }

    /// @return the entity tag of the chunk
    private String write(UUID upload, long at, PartBuffers.Filled chunk, String writer) throws IOException {
        String key = S3Keys.chunk(upload, at);
        try {
            return bucket.put(
                    key, chunk.bytes(), chunk.length(), new Http.Headers("If-None-Match", "*", WRITER, writer));
        } catch (S3Bucket.S3Exception e) {
            if (!e.code().equals("PreconditionFailed")) {
                throw e;
            }
            Optional<StatObjectResponse> ours = bucket.stat(key)
                    .filter(object -> writer.equals(object.userMetadata().getFirst("writer")));
            if (ours.isEmpty()) {
                throw new RefusedException(new ContentRefusal.OffsetMismatch(offset(upload), at), e);
            }
            return ours.get().etag();
        }
    }

    private static void requireEnd(long end, long offset) throws RefusedException {
        if (end != offset) {
            throw new RefusedException(new ContentRefusal.OffsetMismatch(end, offset));
        }
    }

    @Override
    public Put commit(UUID upload, Digest expected) throws IOException {
        S3Chunks chunks = S3Chunks.of(bucket, upload);
        Optional<Hashed> known = Optional.ofNullable(hashes.get(upload))
                .flatMap(hash -> hash.of(chunks.end()))
                .filter(hashed -> hashed.etags().size() == chunks.keys().size());
        try {
            Put put = known.isEmpty() ? stream(chunks, expected) : join(chunks, known.get(), expected);
            end(upload);
            return put;
        } catch (RefusedException e) {
            end(upload);
            throw e;
        } catch (IOException e) {
            throw bucket.stat(S3Keys.begun(upload)).isPresent() ? e : unknown(upload);
        }
    }

    /// Reads the chunks, verifying them, and writes them as a blob.
    private Put stream(S3Chunks chunks, Digest expected) throws IOException {
        try (InputStream joined = chunks.open(bucket)) {
            return store.put(expected, chunks.end(), joined);
        }
    }

    /// Makes a blob of chunks whose digest is known, if possible within the object storage.
    private Put join(S3Chunks chunks, Hashed known, Digest expected) throws IOException {
        if (!known.digest().equals(expected)) {
            throw new RefusedException(new ContentRefusal.DigestMismatch(expected, known.digest()));
        }
        String key = S3Keys.blob(expected);
        if (bucket.stat(key).isPresent()) {
            return Put.ALREADY_THERE;
        }
        if (!chunks.areParts()) {
            return stream(chunks, expected);
        }
        copyParts(chunks.keys(), known.etags(), key);
        return Put.STORED;
    }

    private void copyParts(List<String> chunks, List<String> etags, String key) throws IOException {
        try (S3Multipart parts = store.begin(key)) {
            try {
                for (int i = 0; i < chunks.size(); i++) {
                    parts.addCopy(chunks.get(i), etags.get(i));
                }
                parts.complete();
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
    /// bytes is
    /// never seen as one.
    ///
    /// @return whether there was anything
    private boolean end(UUID upload) throws IOException {
        hashes.remove(upload);
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
