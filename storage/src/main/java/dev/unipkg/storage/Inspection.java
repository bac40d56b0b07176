package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Compares the bytes of stored blobs with their digests.
final class Inspection {

    private static final int BUFFER_BYTES = 128 << 10;

    private Inspection() {}

    /// The digest of all bytes of the stream.
    ///
    /// @param pace called with the number of bytes after each piece that was read
    static Digest digest(InputStream bytes, LongConsumer pace) throws IOException {
        MessageDigest hash = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
            hash.update(buffer, 0, n);
            pace.accept(n);
        }
        return Digest.ofHash(hash.digest());
    }

    static Optional<BrokenBlob> compare(Digest expected, long size, Digest actual, String identity) {
        return actual.equals(expected)
                ? Optional.empty()
                : Optional.of(new BrokenBlob(
                        expected, size, BrokenBlob.Fault.CONTENT, "bytes whose digest is " + actual, identity));
    }
}
