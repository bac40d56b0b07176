package dev.unipkg.cli.registry;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// The moment by which a step of an exchange has come to its end. The timeout of a socket begins anew with every byte,
/// so it alone would let a server that sends one now and then be waited for without an end.
final class Deadline {
    private static final long AGAIN_MILLIS = 500;
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private enum State {
        WAITED_FOR,
        MET,
        PASSED
    }

    private Deadline() {}

    /// A step of an exchange, which ends when its connection is closed.
    interface Step<T> {
        T run() throws IOException;
    }

    /// Runs the step and returns its result.
    ///
    /// @throws SocketTimeoutException when it did not end in time; its connection is closed then
    static <T> T within(Duration limit, HttpURLConnection connection, Step<T> step) throws IOException {
        AtomicReference<State> state = new AtomicReference<>(State.WAITED_FOR);
        Runnable cut = () -> {
            if (state.compareAndExchange(State.WAITED_FOR, State.PASSED) != State.MET) {
                connection.disconnect();
            }
        };
        // Cut again and again, as there is nothing to be cut while an address is looked up or connected to.
        Future<?> cutting = CLOCK.scheduleWithFixedDelay(cut, limit.toMillis(), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        try {
            T result = step.run();
            if (state.compareAndSet(State.WAITED_FOR, State.MET)) {
                return result;
            }
            throw new SocketTimeoutException("not within " + limit.toMillis() + " ms");
        } catch (IOException | RuntimeException e) {
            // A connection that is closed under its reader ends in exceptions of many kinds.
            if (state.compareAndSet(State.WAITED_FOR, State.MET) || e instanceof SocketTimeoutException) {
                throw e;
            }
            SocketTimeoutException late = new SocketTimeoutException("not within " + limit.toMillis() + " ms");
            late.initCause(e);
            throw late;
        } finally {
            cutting.cancel(false);
        }
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
                1, run -> Thread.ofPlatform().daemon().name("deadlines").unstarted(run));
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }
}
