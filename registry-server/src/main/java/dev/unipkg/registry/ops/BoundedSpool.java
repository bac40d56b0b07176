package dev.unipkg.registry.ops;

import dev.unipkg.format.BlockOutputStream;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Refusal;
import java.io.IOException;
import java.io.OutputStream;

/// Passes on as many bytes as are allowed.
final class BoundedSpool extends BlockOutputStream {

    private final OutputStream out;
    private final long limit;
    private final Refusal beyond;
    private long bytes;

    /// @param what is written, for messages
    /// @param out closed with this
    /// @param limit in bytes
    BoundedSpool(String what, OutputStream out, long limit) {
        this(out, limit, new ContentRefusal.TooLarge(what, limit));
    }

    /// @param beyond the refusal of more
    BoundedSpool(OutputStream out, long limit, Refusal beyond) {
        this.out = out;
        this.limit = limit;
        this.beyond = beyond;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        bytes += length;
        if (bytes > limit) {
            throw beyond.asException();
        }
        out.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
