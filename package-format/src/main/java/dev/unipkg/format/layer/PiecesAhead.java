package dev.unipkg.format.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// Pieces that a thread of their own reads, a few ahead of who asks for them: what is done with one overlaps with the
/// making of the next.
final class PiecesAhead implements Pieces {

    private static final int AHEAD = 4;

    private final InputStream in;
    private final BlockingQueue<Piece> filled = new ArrayBlockingQueue<>(AHEAD + 1);
    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(AHEAD);
    private final Thread reader;
    private volatile boolean abandoned;

    // Set by the reader before it hands out the piece of length 0 that ends the stream.
    private @Nullable Throwable failure;
    private @Nullable Piece current;

    PiecesAhead(InputStream in) {
        this.in = in;
        for (int i = 0; i < AHEAD; i++) {
            empty.add(new byte[SIZE]);
        }
        // A platform thread: decompressing is work, not waiting.
        this.reader = Thread.ofPlatform().daemon().name("reads-ahead").start(this::read);
    }

    @Override
    public @Nullable Piece next() throws IOException {
        try {
            if (current != null) {
                empty.put(current.bytes());
            }
            current = filled.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
        if (current.length() > 0) {
            return current;
        }
        Piece end = current;
        current = null;
        filled.add(end);
        return switch (failure) {
            case null -> null;
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IOException(failure);
        };
    }

    /// Returns when nothing of the stream is read any more, and closes it.
    @Override
    public void close() throws IOException {
        abandoned = true;
        // Frees a reader that waits for room.
        empty.clear();
        boolean unused = empty.offer(new byte[0]);
        joinReader();
        in.close();
    }

    private void read() {
        try {
            int length = 0;
            while (length >= 0 && !abandoned) {
                byte[] bytes = empty.take();
                length = abandoned ? -1 : in.read(bytes, 0, bytes.length);
                if (length > 0) {
                    filled.put(new Piece(bytes, length));
                }
            }
        } catch (Throwable e) {
            // Any failure is handed to the reader of the pieces.
            failure = e;
        }
        filled.add(new Piece(new byte[0], 0));
    }

    // The reader is not interrupted: that would close the file that the stream may come from, which its owner may go on
    // to use. And it is waited for however long it takes: what it uses must not be closed under it.
    private void joinReader() {
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
