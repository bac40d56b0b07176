package dev.unipkg.kernels.file;

import dev.unipkg.format.BlockInputStream;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;

/// Passes on as many bytes as were allowed last and refuses the one after them. A tar reader takes whole what stands
/// before an entry, such as a long name, however long: this is what keeps it from taking all memory.
public final class AllowedBytes extends BlockInputStream {

    private final InputStream in;
    private long left;
    private Refusal refusal;

    /// @param in closed with this
    /// @param bytes how many may come
    /// @param refusal why there are no more
    public AllowedBytes(InputStream in, long bytes, Refusal refusal) {
        this.in = in;
        this.left = bytes;
        this.refusal = refusal;
    }

    /// Sets anew how many bytes may come, whatever was left.
    public void allow(long bytes, Refusal refusal) {
        this.left = bytes;
        this.refusal = refusal;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, (int) Math.min(length, left + 1));
        count(Math.max(read, 0));
        return read;
    }

    private void count(int read) throws RefusedException {
        if (read > left) {
            throw refusal.asException();
        }
        left -= read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
