package dev.unipkg.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// The memory for parts on their way to object storage: a fixed number of buffers for all clients.
///
/// Bytes are read into a small buffer first, and a transfer takes a part buffer only when it has more, so a
/// silent client holds none. The holder of a part buffer never waits for another one, so buffers are returned
/// and the parts of one transfer cannot block each other.
final class PartBuffers {

    private static final int SMALL_BYTES = 64 << 10;

    private final Semaphore places;
    private final int partBytes;

    /// @param places how many parts are in memory at once
    /// @param partBytes the size of a part, in bytes, more than 64 KiB
    PartBuffers(int places, int partBytes) {
        this.places = new Semaphore(places, true);
        this.partBytes = partBytes;
    }

    /// Reads up to a part, whose place is held until it is closed. When the stream fails, what came before is a part
    /// all the same.
    ///
    /// @throws IOException when interrupted while waiting for a place
    Filled read(InputStream bytes) throws IOException {
        Filled part = new Filled(new byte[SMALL_BYTES]);
        part.fill(bytes);
        if (!part.ended) {
            try {
                part.takePlace();
                part.fill(bytes);
            } catch (IOException | RuntimeException | Error e) {
                part.close();
                throw e;
            }
        }
        return part;
    }

    /// A part's bytes, and how the stream went on.
    final class Filled implements AutoCloseable {
        private byte[] bytes;
        private int length;
        private boolean ended;
        private Optional<IOException> failure = Optional.empty();
        private boolean placed;

        private Filled(byte[] bytes) {
            this.bytes = bytes;
        }

        private void fill(InputStream from) {
            try {
                while (length < bytes.length && !ended) {
                    int n = from.read(bytes, length, bytes.length - length);
                    ended = n < 0;
                    length += Math.max(n, 0);
                }
            } catch (IOException e) {
                ended = true;
                failure = Optional.of(e);
            }
        }

        private void takePlace() throws IOException {
            try {
                places.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for the memory of a part", e);
            }
            placed = true;
            bytes = Arrays.copyOf(bytes, partBytes);
        }

        /// The first [#length] of them are the part's. Not to be used once it is closed.
        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }

        /// Whether the stream has no more, at its end or because it failed.
        boolean ended() {
            return ended;
        }

        /// Closes the part and throws, where the stream failed; does nothing where it did not.
        void requireWhole() throws IOException {
            if (failure.isPresent()) {
                close();
                throw failure.get();
            }
        }

        /// Returns the buffer. The last user of the bytes calls it once.
        @Override
        public void close() {
            bytes = new byte[0];
            if (placed) {
                placed = false;
                places.release();
            }
        }
    }
}
