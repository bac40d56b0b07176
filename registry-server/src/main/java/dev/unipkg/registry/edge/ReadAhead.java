package dev.unipkg.registry.edge;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The bytes of a request, which the event loop brings while earlier ones are hashed and written. The
/// framework's own stream asks for the next piece when the last one is taken, so that network and disk wait
/// for each other.
///
/// At most [#PIECES] pieces wait here. A piece has up to 64 KiB.
final class ReadAhead extends InputStream {

    private static final int PIECES = 4;

    /// The message of the failure when a client sends nothing for too long.
    static final String STANDS_STILL = "The client sent nothing for too long";

    /// The last of what arrives; other pieces have bytes.
    private static final Buffer END = Buffer.buffer();

    private final HttpServerRequest request;
    private final Duration patience;
    private final BlockingQueue<Buffer> arrived = new LinkedBlockingQueue<>();

    /// Set before [#END] is added, which the reader sees later.
    private volatile @Nullable Throwable failure;

    private boolean continueExpected;
    private Buffer current = END;
    private int read;
    private int taken;
    private boolean ended;

    /// @param patience how long a client may send nothing
    ReadAhead(HttpServerRequest request, Duration patience) {
        this.request = request;
        this.patience = patience;
        this.continueExpected = "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    /// Begins to read, on the event loop of the connection: events come there, so none is missed.
    void begin(Context eventLoop) {
        eventLoop.runOnContext(here -> {
            if (request.isEnded()) {
                arrived.add(END);
            } else if (request.response().closed()) {
                fail(new HttpClosedException("the client has gone"));
            } else {
                listen();
            }
        });
    }

    private void listen() {
        request.exceptionHandler(this::fail);
        request.endHandler(end -> arrived.add(END));
        request.handler(this::arrive);
        request.fetch(PIECES);
        // A refusal may have been answered before this handler was set. The rest of the body is on its way then,
        // without a limit, and nobody reads it.
        if (request.response().ended()) {
            request.handler(null).resume();
        }
    }

    private void arrive(Buffer piece) {
        if (piece.length() > 0) {
            arrived.add(piece);
        }
    }

    private void fail(Throwable cause) {
        failure = cause;
        arrived.add(END);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// Waits for the first byte alone, and takes along all that has arrived.
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (continueExpected) {
            continueExpected = false;
            request.response().writeContinue();
        }
        int total = 0;
        while (total < length && hasBytes(total == 0)) {
            int count = Math.min(length - total, current.length() - read);
            current.getBytes(read, read + count, bytes, offset + total);
            read += count;
            total += count;
        }
        return total == 0 && length > 0 ? -1 : total;
    }

    private boolean hasBytes(boolean waits) throws IOException {
        while (read == current.length() && !ended) {
            Buffer next = waits ? await() : arrived.poll();
            if (next == null) {
                return false;
            }
            if (next.length() == 0) {
                ended = true;
                requireWhole();
            } else {
                current = next;
                read = 0;
                askForMore();
            }
        }
        return !ended;
    }

    /// Asks for half of the pieces at once, since each time costs the event loop a turn.
    private void askForMore() {
        taken++;
        if (taken == PIECES / 2) {
            request.fetch(taken);
            taken = 0;
        }
    }

    private void requireWhole() throws IOException {
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException(cause);
        }
    }

    private Buffer await() throws IOException {
        try {
            Buffer next = arrived.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (next == null) {
                request.connection().close();
                throw new IOException(STANDS_STILL);
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("stopped while waiting for the client").initCause(e);
        }
    }
}
