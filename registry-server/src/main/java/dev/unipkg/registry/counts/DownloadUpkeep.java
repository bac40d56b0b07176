package dev.unipkg.registry.counts;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/// Keeps the sums of downloads up to date: every second where something was counted here, and once in a while for what
/// another server or an earlier process left.
@ApplicationScoped
class DownloadUpkeep {

    private static final Logger LOG = Logger.getLogger(DownloadUpkeep.class);
    private static final int JOURNAL_SECONDS = 1;
    private static final int REST_SECONDS = 600;

    private final DownloadJournal journal;
    private final DownloadSums sums;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("download-sums").factory());

    DownloadUpkeep(DownloadJournal journal, DownloadSums sums) {
        this.journal = journal;
        this.sums = sums;
    }

    void start(@Observes StartupEvent event) {
        every(JOURNAL_SECONDS, () -> {
            if (journal.takeAdded()) {
                repeat(sums::addJournal);
            }
        });
        // Counts from before counting was turned off get old as well.
        every(REST_SECONDS, () -> {
            sums.forgetNumbers();
            repeat(sums::addJournal);
            repeat(sums::sumMonths);
        });
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void every(int seconds, Runnable work) {
        var _ = timer.scheduleWithFixedDelay(() -> run(work), 0, seconds, TimeUnit.SECONDS);
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                LOG.warn("the sums of downloads were not kept up; they are in ten minutes at the latest", e);
            }
        }
    }

    private static void repeat(BooleanSupplier part) {
        boolean more = part.getAsBoolean();
        while (more) {
            more = part.getAsBoolean();
        }
    }
}
