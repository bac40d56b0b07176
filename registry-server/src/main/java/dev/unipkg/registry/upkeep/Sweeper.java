package dev.unipkg.registry.upkeep;

import dev.unipkg.api.SweepReport;
import dev.unipkg.registry.content.BlobSweep;
import dev.unipkg.registry.content.BlobUploads;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.publish.ManifestSweep;
import dev.unipkg.registry.wiring.Settings;
import io.micrometer.core.instrument.Counter;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Sweeps now and then, on one replica at a time: a row tells when the last sweep began, and the replica that moves it
/// on sweeps. Two sweeps at once would do no harm, only work twice.
@ApplicationScoped
class Sweeper {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);

    private final BlobUploads uploads;
    private final ManifestSweep manifests;
    private final BlobSweep blobs;
    private final Duration interval;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweep").factory());
    private final Counter failed = Meters.counter("unipkg.sweep.failed", "Sweeps that failed");
    private @Nullable ScheduledFuture<?> sweeps;

    Sweeper(BlobUploads uploads, ManifestSweep manifests, BlobSweep blobs, Settings settings) {
        this.uploads = uploads;
        this.manifests = manifests;
        this.blobs = blobs;
        this.interval = settings.sweep().interval();
    }

    void start(@Observes StartupEvent event) {
        count(new SweepReport(false, 0, 0, 0, 0, 0, 0));
        if (interval.isPositive()) {
            sweeps = timer.scheduleWithFixedDelay(
                    this::sweepIfDue, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        if (sweeps != null) {
            sweeps.cancel(true);
        }
        timer.shutdownNow();
    }

    private void sweepIfDue() {
        try {
            if (blobs.begin(interval.multipliedBy(9).dividedBy(10))) {
                sweep();
            }
        } catch (IOException | RuntimeException e) {
            failed.increment();
            LOG.warn("a sweep failed; the next one does what it left", e);
        }
    }

    /// Sweeps now.
    SweepReport sweep() throws IOException {
        SweepReport report = run(false);
        count(report);
        return report;
    }

    /// Says what a sweep would do now. It does all of it in a transaction that is rolled back, but for the bytes.
    SweepReport dryRun() throws IOException {
        QuarkusTransaction.begin();
        try {
            return run(true);
        } finally {
            QuarkusTransaction.rollback();
        }
    }

    private SweepReport run(boolean dryRun) throws IOException {
        long ended = dryRun ? uploads.abandoned().size() : uploads.sweep();
        long removed = manifests.sweep();
        long condemned = blobs.endLeases();
        long found = blobs.findUnknown();
        long deleted = 0;
        long bytes = 0;
        for (Optional<BlobSweep.Doomed> next = blobs.decide(); next.isPresent(); next = blobs.decide()) {
            BlobSweep.Doomed doomed = dryRun ? next.get() : blobs.delete(next.get());
            deleted += doomed.sizes().size();
            bytes += doomed.bytes();
        }
        return new SweepReport(dryRun, ended, removed, found, condemned, deleted, bytes);
    }

    private static void count(SweepReport report) {
        count("found", "Blobs in the store that no row named", report.found());
        count("condemned", "Blobs that may have lost their last pin", report.condemned());
        count("deleted", "Blobs that sweeps deleted", report.deleted());
        count("deleted.bytes", "Bytes that sweeps deleted", report.bytes());
        count("manifests", "Manifests that sweeps removed", report.manifests());
        count("uploads", "Abandoned uploads that sweeps ended", report.uploads());
    }

    private static void count(String what, String description, long amount) {
        Meters.counter("unipkg.sweep." + what, description).increment(amount);
    }
}
