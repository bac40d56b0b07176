package dev.unipkg.cli.registry;

import dev.unipkg.format.BlockInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The body of an answer, which breaks where it comes more slowly than the [Pace] that is asked of it.
final class PacedStream extends BlockInputStream {
    private final InputStream in;
    private final Pace pace;
    private long waitedNanos;
    private long came;

    PacedStream(InputStream in, Pace pace) {
        this.in = in;
        this.pace = pace;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        long before = System.nanoTime();
        int count = in.read(bytes, offset, length);
        waitedNanos += System.nanoTime() - before;
        came += Math.max(0, count);
        if (count >= 0 && waitedNanos >= pace.window().toNanos()) {
            if (came < pace.bytes()) {
                throw new IOException("only %d bytes came in %d s, expected at least %d"
                        .formatted(came, pace.window().toSeconds(), pace.bytes()));
            }
            waitedNanos = 0;
            came = 0;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
