package dev.unipkg.storage;

import dev.unipkg.format.BlockInputStream;
import io.minio.messages.Item;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/// What the bucket holds of an upload session: objects named by their offset ([S3Keys]), the first at 0, each where the
/// one before it ends.
///
/// @param chunks in their order
/// @param end where the session stands, in bytes
record S3Chunks(List<Item> chunks, long end) {

    /// S3 copies and keeps at most so many parts.
    private static final int MAX_PARTS = 10_000;

    /// @throws IOException when there is no such session, or it lacks some of its bytes
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
        long end = 0;
        for (Item chunk : chunks) {
            if (S3Keys.chunkOffset(chunk.objectName()) != end) {
                throw new IOException("the upload " + upload + " lacks its bytes from " + end + " on; begin a new one");
            }
            end += chunk.size();
        }
        return new S3Chunks(chunks, end);
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
