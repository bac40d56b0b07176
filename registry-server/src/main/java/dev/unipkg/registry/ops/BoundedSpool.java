package dev.unipkg.registry.ops;

import dev.unipkg.format.BlockOutputStream;
import dev.unipkg.format.ContentRefusal;
import java.io.IOException;
import java.io.OutputStream;

/// Passes on as many bytes as are allowed.
final class BoundedSpool extends BlockOutputStream {

    private final String what;
    private final OutputStream out;
    private final long limit;
    private long bytes;

    /// @param what is written, for messages
    /// @param out closed with this
    /// @param limit in bytes
    BoundedSpool(String what, OutputStream out, long limit) {
        this.what = what;
        this.out = out;
        this.limit = limit;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        bytes += length;
        if (bytes > limit) {
            throw new ContentRefusal.TooLarge(what, limit).asException();
        }
        out.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
