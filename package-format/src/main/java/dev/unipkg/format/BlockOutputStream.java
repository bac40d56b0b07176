package dev.unipkg.format;

import java.io.IOException;
import java.io.OutputStream;

/// An output stream that is given arrays; it writes a single byte as an array of one.
public abstract class BlockOutputStream extends OutputStream {
    @Override
    public final void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int length) throws IOException;
}
