package dev.unipkg.registry.oci;

import dev.unipkg.registry.problems.ClientGoneException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The bytes of a request, which the event loop brings while they are hashed and written. The stream that the framework
/// would hand to a resource brings them a buffer at a time, so that network and disk wait for each other at each.
///
/// At most [#AHEAD_BYTES] and one buffer wait here; when all bodies of the server together have [#ALL_AHEAD_BYTES]
/// waiting, one buffer of each. Closing it early lets the rest of the body go by unread.
final class RequestBody extends InputStream {

    static final int AHEAD_BYTES = 1 << 20;

    /// A part of the heap's 512 MiB, so that no number of uploads fills it.
    static final long ALL_AHEAD_BYTES = 64L << 20;

    private final HttpServerRequest request;
    private final Duration patience;
    private final AtomicLong allWaitingBytes;
    private final Context eventLoop;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean paused;
    private boolean ended;
    private boolean closed;
    private boolean continueExpected;
    private @Nullable Throwable failure;

    /// The buffer that is being read; the reader's own.
    private @Nullable ByteBuf current;

    /// @param patience how long a client may send nothing
    /// @param allWaitingBytes what waits in all bodies of the server; this one adds its share
    RequestBody(HttpServerRequest request, Duration patience, AtomicLong allWaitingBytes) {
        this.request = request;
        this.patience = patience;
        this.allWaitingBytes = allWaitingBytes;
        this.eventLoop = Vertx.currentContext();
        this.continueExpected = "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
        // The connection calls handlers under this lock, so none is missed. Earlier events are not replayed:
        // the client may have gone already.
        synchronized (request.connection()) {
            if (request.isEnded()) {
                ended = true;
            } else if (!((ConnectionBase) request.connection()).channel().isOpen()) {
                failure = new ClosedChannelException();
            } else {
                request.exceptionHandler(this::failed);
                request.endHandler(nothing -> ended());
                request.handler(this::arrived);
                request.resume();
            }
        }
    }

    private void arrived(Buffer buffer) {
        boolean pauses;
        lock.lock();
        try {
            if (closed || buffer.length() == 0) {
                return;
            }
            waiting.add(buffer.getByteBuf());
            waitingBytes += buffer.length();
            long all = allWaitingBytes.addAndGet(buffer.length());
            pauses = !paused && (waitingBytes > AHEAD_BYTES || all > ALL_AHEAD_BYTES);
            paused |= pauses;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (pauses) {
            request.pause();
        }
    }

    private void ended() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void failed(Throwable cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// @throws ClientGoneException where the client has gone, or sent nothing for too long; its connection is closed
    /// then
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (continueExpected) {
            continueExpected = false;
            request.response().writeContinue();
        }
        int total = 0;
        while (total < length) {
            // Waits for the first bytes alone: what is there already is worth taking along.
            ByteBuf from = current != null ? current : next(total == 0);
            if (from == null) {
                break;
            }
            int taken = Math.min(length - total, from.readableBytes());
            from.readBytes(bytes, offset + total, taken);
            total += taken;
            current = from.isReadable() ? from : null;
        }
        return total == 0 && length > 0 ? -1 : total;
    }

    private @Nullable ByteBuf next(boolean wait) throws IOException {
        ByteBuf next;
        boolean low;
        lock.lock();
        try {
            if (wait) {
                await();
            }
            next = waiting.poll();
            drop(next == null ? 0 : next.readableBytes());
            low = paused && waitingBytes < AHEAD_BYTES / 2;
        } finally {
            lock.unlock();
        }
        if (low) {
            eventLoop.runOnContext(nothing -> resume());
        }
        return next;
    }

    private void drop(long bytes) {
        waitingBytes -= bytes;
        allWaitingBytes.addAndGet(-bytes);
    }

    /// On the event loop, as pausing is, so that neither overtakes the other; and without the lock, for the connection
    /// has one of its own.
    private void resume() {
        boolean resumes;
        lock.lock();
        try {
            resumes = paused && waitingBytes < AHEAD_BYTES / 2;
            paused &= !resumes;
        } finally {
            lock.unlock();
        }
        if (resumes) {
            request.resume();
        }
    }

    private void await() throws IOException {
        long left = patience.toNanos();
        while (waiting.isEmpty() && !ended) {
            if (closed || failure != null) {
                throw new ClientGoneException("the client has gone", failure);
            }
            if (left <= 0) {
                request.connection().close();
                throw new ClientGoneException("the client sent nothing for " + patience.toSeconds() + " s", null);
            }
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("stopped while waiting for the client", e);
            }
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            drop(waitingBytes);
        } finally {
            lock.unlock();
        }
        eventLoop.runOnContext(nothing -> resume());
    }
}
