package dev.unipkg.registry.upkeep;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// A rate for reading, kept by waiting after each piece. For one thread.
final class ReadingRate implements LongConsumer {

    private final long bytesPerSecond;
    private final CountDownLatch stopped;
    private long free = System.nanoTime();

    /// @param stopped at 0 where nothing more is to be read
    ReadingRate(long bytesPerSecond, CountDownLatch stopped) {
        this.bytesPerSecond = bytesPerSecond;
        this.stopped = stopped;
    }

    /// Waits until more may be read. Time in which nothing was read is not made up for.
    ///
    /// @param bytes that were read
    /// @throws CancellationException where nothing more is to be read, at once
    @Override
    public void accept(long bytes) {
        long now = System.nanoTime();
        free = Math.max(free, now) + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
        try {
            if (stopped.await(free - now, TimeUnit.NANOSECONDS)) {
                throw new CancellationException("the server stops");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting to read on");
        }
    }
}
