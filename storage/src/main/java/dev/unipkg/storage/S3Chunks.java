package dev.unipkg.storage;

import dev.unipkg.format.BlockInputStream;
import io.minio.messages.Item;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/// The bytes of an upload session: objects named by their offsets ([S3Keys]), the first at 0, each where the one
/// before it ends.
///
/// Appends through different processes may overlap. Each chain of chunks is then the bytes of one client's
/// attempts, and the longest counts; the digest that the session is committed with decides whether they were the
/// right ones.
///
/// @param chunks in their order
/// @param end the offset of the session, in bytes
record S3Chunks(List<Item> chunks, long end) {

    /// S3 copies and keeps at most so many parts.
    private static final int MAX_PARTS = 10_000;

    /// @throws IOException when there is no such session
    static S3Chunks of(S3Bucket bucket, UUID upload) throws IOException {
        List<Item> chunks = new ArrayList<>();
        boolean[] begun = new boolean[1];
        bucket.list(S3Keys.session(upload), null, object -> {
            begun[0] |= S3Keys.isBegun(object.objectName());
            return !S3Keys.isChunk(object.objectName()) || chunks.add(object);
        });
        if (!begun[0]) {
            throw S3Uploads.unknown(upload);
        }
        return longest(chunks);
    }

    /// @param chunks by ascending offset
    private static S3Chunks longest(List<Item> chunks) {
        NavigableMap<Long, Item> lastByEnd = new TreeMap<>();
        for (Item chunk : chunks) {
            long offset = S3Keys.chunkOffset(chunk.objectName());
            if (offset == 0 || lastByEnd.containsKey(offset)) {
                lastByEnd.putIfAbsent(offset + chunk.size(), chunk);
            }
        }
        Deque<Item> chain = new ArrayDeque<>();
        long end = lastByEnd.isEmpty() ? 0 : lastByEnd.lastKey();
        for (long at = end; at > 0; at = S3Keys.chunkOffset(chain.getFirst().objectName())) {
            chain.addFirst(Objects.requireNonNull(lastByEnd.get(at)));
        }
        return new S3Chunks(List.copyOf(chain), end);
    }

    List<String> keys() {
        return chunks.stream().map(Item::objectName).toList();
    }

    /// Whether the object storage itself can put them together.
    boolean areParts() {
        return !chunks.isEmpty()
                && chunks.size() <= MAX_PARTS
                && chunks.subList(0, chunks.size() - 1).stream()
                        .allMatch(chunk -> chunk.size() >= StorageConfig.S3.MIN_PART_BYTES);
    }

    /// The bytes of all of them; the caller closes the stream.
    InputStream open(S3Bucket bucket) {
        return new Joined(bucket, keys().iterator());
    }

    /// Chunk after chunk, each opened when the one before has ended.
    private static final class Joined extends BlockInputStream {
        private final S3Bucket bucket;
        private final Iterator<String> rest;
        private InputStream current = InputStream.nullInputStream();

        private Joined(S3Bucket bucket, Iterator<String> keys) {
            this.bucket = bucket;
            this.rest = keys;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = current.read(into, offset, length);
            while (n < 0 && rest.hasNext()) {
                current.close();
                String key = rest.next();
                current = bucket.get(key, Range.WHOLE)
                        .map(S3Bucket.Opened::bytes)
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
}
