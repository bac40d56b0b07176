package dev.unipkg.format.layer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// A stream that is handed out in pieces, each valid until the next is asked for.
interface Pieces extends Closeable {

    /// How many bytes a piece holds at most.
    int SIZE = 256 * 1024;

    /// The next piece, with at least one byte; null behind the last.
    @Nullable Piece next() throws IOException;

    /// The first `length` bytes of an array.
    record Piece(byte[] bytes, int length) {}

    /// Reads a piece when it is asked for.
    static Pieces of(InputStream in) {
        byte[] bytes = new byte[SIZE];
        return new Pieces() {
            @Override
            public @Nullable Piece next() throws IOException {
                int length = in.read(bytes, 0, bytes.length);
                return length < 0 ? null : new Piece(bytes, length);
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }
}
