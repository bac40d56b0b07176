package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.storage.BrokenBlob;
import dev.unipkg.storage.BrokenBlob.Fault;
import dev.unipkg.storage.StoreListener;
import io.micrometer.core.instrument.Counter;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// Tells the operator about broken blobs: a line in the log for each, a counter of them, and how many there are now.
///
/// A singleton: the proxy that other scopes have would run the constructor, too, and be the gauge's.
@Singleton
public class BrokenBlobReports implements StoreListener {

    private static final Logger LOG = Logger.getLogger(BrokenBlobReports.class);
    private static final int MOST_REMEMBERED = 10_000;

    private final Map<Fault, Counter> found = new EnumMap<>(Fault.class);
    private final Counter repaired = Meters.counter("unipkg.blobs.repaired", "Broken blobs that are whole again");
    private final Set<Digest> broken = ConcurrentHashMap.newKeySet();

    public BrokenBlobReports() {
        for (Fault fault : Fault.values()) {
            found.put(fault, Meters.counter("unipkg.blobs.broken", "Blobs that were found broken", "fault", fault));
        }
        Meters.gauge("unipkg.blobs.broken.now", "Blobs that are broken, as far as this server knows", broken::size);
    }

    @Override
    public void broken(BrokenBlob blob) {
        LOG.error(blob.message());
        Objects.requireNonNull(found.get(blob.fault())).increment();
        if (broken.size() < MOST_REMEMBERED) {
            broken.add(blob.digest());
        }
    }

    @Override
    public void repaired(Digest digest) {
        LOG.infof("blob %s is whole again", digest);
        repaired.increment();
        broken.remove(digest);
    }

    /// The blobs that this server found broken and that were not repaired through it.
    public Set<Digest> now() {
        return Collections.unmodifiableSet(broken);
    }

    /// Drops the reports of blobs that were deleted.
    void forget(Collection<Digest> deleted) {
        broken.removeAll(deleted);
    }
}
