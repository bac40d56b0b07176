package dev.unipkg.format.source;

import dev.unipkg.format.Digest;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.TreeMap;

/// Keeps blobs in memory, and refuses those whose digest or size is not what was said.
final class MemorySink implements BlobSink {

    final TreeMap<Digest, byte[]> blobs = new TreeMap<>();

    @Override
    public Draft draft() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new Draft() {
            @Override
            public OutputStream out() {
                return bytes;
            }

            @Override
            public void keep(Digest digest, long size) {
                if (!Digest.of(bytes.toByteArray()).equals(digest) || bytes.size() != size) {
                    throw new IllegalStateException("kept under another digest or size than it has");
                }
                blobs.put(digest, bytes.toByteArray());
            }

            @Override
            public void close() {
                // what was not kept is gone with the draft
            }
        };
    }
}
