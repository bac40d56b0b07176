package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.storage.BrokenBlob;
import dev.unipkg.storage.StoreListener;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// Tells the operator about broken blobs: a line in the log for each, a counter of them, and how many there are now.
@ApplicationScoped
public class BrokenBlobReports implements StoreListener {

    private static final Logger LOG = Logger.getLogger(BrokenBlobReports.class);
    private static final int MOST_REMEMBERED = 10_000;

    private final MeterRegistry metrics;
    private final Set<Digest> broken = ConcurrentHashMap.newKeySet();

    /// @param metrics where broken and repaired blobs are counted
    public BrokenBlobReports(MeterRegistry metrics) {
        this.metrics = metrics;
        metrics.gauge("unipkg.blobs.broken.now", broken, Set::size);
    }

    @Override
    public void broken(BrokenBlob blob) {
        LOG.error(blob.message());
        metrics.counter("unipkg.blobs.broken", "fault", blob.fault().name().toLowerCase(Locale.ROOT))
                .increment();
        if (broken.size() < MOST_REMEMBERED) {
            broken.add(blob.digest());
        }
    }

    @Override
    public void repaired(Digest digest) {
        LOG.infof("blob %s is whole again: its bytes were pushed", digest);
        metrics.counter("unipkg.blobs.repaired").increment();
        broken.remove(digest);
    }

    /// The blobs that this server found broken and that were not repaired through it.
    public Set<Digest> now() {
        return Collections.unmodifiableSet(broken);
    }
}
