package dev.unipkg.storage;

import dev.unipkg.format.BlockInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The first bytes of another stream, and no more.
final class BoundedInputStream extends BlockInputStream {

    private final InputStream in;
    private long left;

    BoundedInputStream(InputStream from, long length) {
        this.in = from;
        this.left = length;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0 && length > 0) {
            return -1;
        }
        int n = in.read(into, offset, (int) Math.min(length, left));
        left -= Math.max(n, 0);
        return n;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(Math.min(count, left));
        left -= skipped;
        return skipped;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(in.available(), left);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
