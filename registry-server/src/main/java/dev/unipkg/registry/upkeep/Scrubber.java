package dev.unipkg.registry.upkeep;

import dev.unipkg.registry.content.BlobScrub;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.wiring.Settings;
import io.micrometer.core.instrument.Counter;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Scrubs at a rate, on a thread of its own and on one replica at a time.
@ApplicationScoped
class Scrubber {

    private static final Logger LOG = Logger.getLogger(Scrubber.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(10);

    private final BlobScrub scrub;
    private final long bytesPerSecond;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Counter failed =
            Meters.counter("unipkg.scrub.failed", "Blobs that the scrub could not read, and other stops of a round");

    @Inject
    Scrubber(BlobScrub scrub, Settings settings) {
        this(scrub, settings.scrub().bytesPerSecond());
    }

    Scrubber(BlobScrub scrub, long bytesPerSecond) {
        this.scrub = scrub;
        this.bytesPerSecond = bytesPerSecond;
    }

    void start(@Observes StartupEvent event) {
        if (bytesPerSecond > 0) {
            Thread.ofPlatform().daemon().name("scrub").start(this::run);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopped.countDown();
    }

    private void run() {
        try {
            while (!stopped.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                scrubIfDue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Reads on to the end of the round, where it is this server's turn.
    void scrubIfDue() {
        try {
            if (scrub.takeUp()) {
                scrub.readOn(new ReadingRate(bytesPerSecond, stopped)).ifPresent(Scrubber::tell);
            }
            scrub.renew();
        } catch (CancellationException e) {
            LOG.debug("the scrub stopped with the server");
        } catch (IOException | RuntimeException e) {
            if (stopped.getCount() > 0) {
                failed.increment();
                LOG.warn("the scrub stopped; the round goes on within an hour or so", e);
            }
        }
    }

    private static void tell(BlobScrub.Round round) {
        LOG.infof(
                "the scrub read all %d blobs (%d bytes) again in %s: %d broken, of which %d were put aside now",
                round.blobs(),
                round.bytes(),
                round.took().toString().substring(2).toLowerCase(Locale.ROOT),
                round.broken(),
                round.quarantined());
    }
}
