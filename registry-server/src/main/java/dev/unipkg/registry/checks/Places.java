package dev.unipkg.registry.checks;

import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Room for so many at once; who comes when it is full waits, but not for ever.
final class Places {

    private final String what;
    private final Duration patience;
    private final Semaphore free;

    /// @param what is done there, as in `checking builds`
    /// @param patience the longest wait for a place
    Places(String what, int places, Duration patience) {
        this.what = what;
        this.patience = patience;
        this.free = new Semaphore(places, true);
        Meters.gauge("unipkg.checks.waiting", "Pushed manifests that wait for their check", free::getQueueLength);
    }

    /// A place, given back when it is closed.
    final class Place implements AutoCloseable {

        private Place() {}

        @Override
        public void close() {
            free.release();
        }
    }

    /// Waits for a place.
    ///
    /// @throws RejectedException when there is none in time
    Place take() {
        try {
            if (free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Place();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Rejection.Busy(what).asException();
    }
}
