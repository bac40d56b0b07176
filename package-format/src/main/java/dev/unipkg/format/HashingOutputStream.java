package dev.unipkg.format;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/// Passes bytes on and knows, at any moment, how many there were and what their digest is.
public final class HashingOutputStream extends FilterOutputStream {

    private final MessageDigest hash = Digest.sha256();
    private long size;

    public HashingOutputStream(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        hash.update((byte) b);
        size++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        hash.update(bytes, offset, length);
        size += length;
    }

    /// The bytes so far.
    public long size() {
        return size;
    }

    /// The digest of the bytes so far; writing may go on.
    public Digest digest() {
        try {
            return Digest.ofHash(((MessageDigest) hash.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the SHA-256 of this Java runtime cannot be continued", e);
        }
    }
}
