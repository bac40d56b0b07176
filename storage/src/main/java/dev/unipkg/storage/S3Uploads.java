package dev.unipkg.storage;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import io.minio.Http;
import io.minio.messages.Item;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Upload sessions as objects, one per chunk of at most a part's size, named by their offset ([S3Keys]): the
/// session stands where its last chunk ends. All state is in the bucket, so any process continues any session.
///
/// A chunk is written only if none has its name (`If-None-Match: *`), so of racing appends one wins each
/// offset. The commit lets the object storage put the chunks together, where this process has hashed all of
/// them as they passed; otherwise it reads them once more.
final class S3Uploads implements Uploads {

    /// Tells a chunk that a lost answer made us write twice from a chunk of somebody else.
    private static final String WRITER = "x-amz-meta-writer";

    /// S3 copies and keeps at most so many parts.
    private static final int MAX_PARTS = 10_000;

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

    /// The SHA-256 of the first bytes of a session.
    private static final class Hash {
        private final MessageDigest hash = Digest.sha256();
        private long hashed;

        private synchronized void update(byte[] bytes, int length, long at) {
            if (hashed == at) {
                hash.update(bytes, 0, length);
                hashed += length;
            }
        }

        private synchronized Optional<Digest> of(long size) {
            try {
                return hashed == size
                        ? Optional.of(Digest.ofHash(((MessageDigest) hash.clone()).digest()))
                        : Optional.empty();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the SHA-256 of this Java runtime cannot be continued", e);
            }
        }
    }

    /// What the bucket holds of a session.
    private record Chunks(List<Item> chunks, long end) {}

    @Override
    public UUID begin() throws IOException {
        if (sessions().size() >= config.limits().maxUploads()) {
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
        return chunks(upload).end();
    }

    private Chunks chunks(UUID upload) throws IOException {
        List<Item> chunks = new ArrayList<>();
        boolean[] begun = new boolean[1];
        bucket.list(S3Keys.session(upload), null, object -> {
            begun[0] |= S3Keys.isBegun(object.objectName());
            return !S3Keys.isChunk(object.objectName()) || chunks.add(object);
        });
        if (!begun[0]) {
            throw unknown(upload);
        }
        long end = 0;
        for (Item chunk : chunks) {
            if (S3Keys.chunkOffset(chunk.objectName()) != end) {
                throw new IOException("the upload " + upload + " lacks its bytes from " + end + " on; begin a new one");
            }
            end += chunk.size();
        }
        return new Chunks(chunks, end);
    }

    @Override
    public long append(UUID upload, long offset, InputStream bytes) throws IOException {
        requireEnd(offset(upload), offset);
        Hash hash = hashes.computeIfAbsent(upload, _ -> new Hash());
        String writer = UUID.randomUUID().toString();
        long at = offset;
        Filled filled;
        do {
            filled = fill(bytes);
            if (at + filled.length() > config.limits().maxBlobBytes()) {
                discard(upload);
                throw new RefusedException(
                        new ContentRefusal.TooLarge("the blob", config.limits().maxBlobBytes()));
            }
            if (filled.length() > 0) {
                write(upload, at, filled, writer);
                hash.update(filled.bytes(), filled.length(), at);
                at += filled.length();
            }
        } while (!filled.ended());
        if (filled.failure().isPresent()) {
            throw filled.failure().get();
        }
        return at;
    }

    /// A chunk's bytes, and how the stream went on.
    private record Filled(byte[] bytes, int length, boolean ended, Optional<IOException> failure) {}

    /// Reads up to a chunk. When the stream fails, what came before is a chunk all the same.
    private Filled fill(InputStream bytes) {
        byte[] buffer = new byte[config.partBytes()];
        int length = 0;
        try {
            while (length < buffer.length) {
                int n = bytes.read(buffer, length, buffer.length - length);
                if (n < 0) {
                    return new Filled(buffer, length, true, Optional.empty());
                }
                length += n;
            }
            return new Filled(buffer, length, false, Optional.empty());
        } catch (IOException e) {
            return new Filled(buffer, length, true, Optional.of(e));
        }
    }

    private void write(UUID upload, long at, Filled chunk, String writer) throws IOException {
        String key = S3Keys.chunk(upload, at);
        try {
            bucket.put(key, chunk.bytes(), chunk.length(), new Http.Headers("If-None-Match", "*", WRITER, writer));
        } catch (S3Bucket.S3Exception e) {
            if (!e.code().equals("PreconditionFailed")) {
                throw e;
            }
            boolean ours = bucket.stat(key)
                    .map(object -> writer.equals(object.userMetadata().getFirst("writer")))
                    .orElse(false);
            if (!ours) {
                throw new RefusedException(new ContentRefusal.OffsetMismatch(offset(upload), at), e);
            }
        }
    }

    private static void requireEnd(long end, long offset) throws RefusedException {
        if (end != offset) {
            throw new RefusedException(new ContentRefusal.OffsetMismatch(end, offset));
        }
    }

    @Override
    public Put commit(UUID upload, Digest expected) throws IOException {
        Chunks chunks = chunks(upload);
        Optional<Digest> known = Optional.ofNullable(hashes.get(upload)).flatMap(hash -> hash.of(chunks.end()));
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
    private Put stream(Chunks chunks, Digest expected) throws IOException {
        try (InputStream joined = new Joined(chunks.chunks())) {
            return store.put(expected, chunks.end(), joined);
        }
    }

    /// Makes a blob of chunks whose digest is known, if possible within the object storage.
    private Put join(Chunks chunks, Digest known, Digest expected) throws IOException {
        if (!known.equals(expected)) {
            throw new RefusedException(new ContentRefusal.DigestMismatch(expected, known));
        }
        String key = S3Keys.blob(expected);
        if (bucket.stat(key).isPresent()) {
            return Put.ALREADY_THERE;
        }
        if (chunks.chunks().size() == 1) {
            bucket.copy(chunks.chunks().getFirst().objectName(), key);
        } else if (areParts(chunks.chunks())) {
            copyParts(chunks.chunks(), key);
        } else {
            return stream(chunks, expected);
        }
        return Put.STORED;
    }

    private static boolean areParts(List<Item> chunks) {
        return !chunks.isEmpty()
                && chunks.size() <= MAX_PARTS
                && chunks.subList(0, chunks.size() - 1).stream()
                        .allMatch(chunk -> chunk.size() >= StorageConfig.S3.MIN_PART_BYTES);
    }

    private void copyParts(List<Item> chunks, String key) throws IOException {
        try (S3Multipart parts = S3Multipart.begin(bucket, key)) {
            try {
                for (Item chunk : chunks) {
                    parts.addCopy(chunk.objectName());
                }
                parts.complete();
            } catch (IOException | RuntimeException e) {
                parts.abort();
                throw e;
            }
        }
    }

    /// Chunk after chunk, each opened when the one before has ended.
    private final class Joined extends InputStream {
        private final Iterator<Item> rest;
        private InputStream current = InputStream.nullInputStream();

        private Joined(List<Item> chunks) {
            this.rest = chunks.iterator();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = current.read(into, offset, length);
            while (n < 0 && rest.hasNext()) {
                current.close();
                String key = rest.next().objectName();
                current = bucket.get(key, Range.WHOLE)
                        .orElseThrow(() -> new FileNotFoundException(key + " is gone from the bucket"));
                n = current.read(into, offset, length);
            }
            return n;
        }

        @Override
        public void close() throws IOException {
            current.close();
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

    private static RefusedException unknown(UUID upload) {
        return new RefusedException(new ContentRefusal.UnknownUpload(upload.toString()));
    }
}
