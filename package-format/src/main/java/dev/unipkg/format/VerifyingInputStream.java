package dev.unipkg.format;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Reads a stream whose digest and size are known beforehand, and never says that it has ended unless they are right:
/// a wrong size or digest is thrown as a [RefusedException] instead of the end. Bytes beyond the expected size are
/// never handed out.
public final class VerifyingInputStream extends BlockInputStream {

    private final Digest expected;
    private final long expectedSize;
    private final InputStream in;
    private final MessageDigest hash;
    private long size;
    private boolean verified;

    /// @param expectedSize in bytes
    public VerifyingInputStream(InputStream in, Digest expected, long expectedSize) {
        this.in = in;
        this.expected = expected;
        this.hash = expected.algorithm().start();
        this.expectedSize = expectedSize;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (size == expectedSize) {
            verify();
            return -1;
        }
        int count = in.read(bytes, offset, (int) Math.min(length, expectedSize - size));
        if (count < 0) {
            throw new RefusedException(new ContentRefusal.CutOff(expectedSize, size));
        }
        hash.update(bytes, offset, count);
        size += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void verify() throws IOException {
        if (verified) {
            return;
        }
        if (in.read() >= 0) {
            throw new RefusedException(new ContentRefusal.Overlong(expectedSize));
        }
        Digest actual = expected.algorithm().ofHash(hash.digest());
        if (!actual.equals(expected)) {
            throw new RefusedException(new ContentRefusal.DigestMismatch(expected, actual));
        }
        verified = true;
    }
}
