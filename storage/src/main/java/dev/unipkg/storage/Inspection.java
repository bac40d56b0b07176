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

    /// Reads the bytes to their end; empty where they have the expected digest.
    ///
    /// @param size the recorded size, in bytes
    /// @param identity of the file or object that they are from
    /// @param pace called with the number of bytes after each piece that was read
    static Optional<BrokenBlob> of(Digest expected, long size, String identity, InputStream bytes, LongConsumer pace)
            throws IOException {
        MessageDigest hash = expected.algorithm().start();
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                hash.update(buffer, 0, n);
                pace.accept(n);
            }
        } catch (IOException e) {
            if (isFaultOfTheDisk(e)) {
                return other(expected, size, identity, "bytes that the disk does not give");
            }
            throw e;
        }
        Digest actual = expected.algorithm().ofHash(hash.digest());
        return actual.equals(expected)
                ? Optional.empty()
                : other(expected, size, identity, "bytes whose digest is " + actual);
    }

    private static Optional<BrokenBlob> other(Digest expected, long size, String identity, String found) {
        return Optional.of(new BrokenBlob(expected, size, BrokenBlob.Fault.CONTENT, found, identity));
    }

    /// Whether a read failed with EIO, as on a bad sector, or where a file system finds that its own checksum
    /// is wrong. Java has no type for it; the text is that of `strerror`.
    private static boolean isFaultOfTheDisk(IOException e) {
        return String.valueOf(e.getMessage()).equals("Input/output error");
    }
}
