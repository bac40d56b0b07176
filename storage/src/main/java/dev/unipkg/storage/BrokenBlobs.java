package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Reports each broken blob once, however often clients ask for it.
final class BrokenBlobs {

    private static final int MOST_REMEMBERED = 10_000;

    private final StoreListener listener;
    private final Set<Digest> reported = ConcurrentHashMap.newKeySet();

    BrokenBlobs(StoreListener listener) {
        this.listener = listener;
    }

    void report(BrokenBlob blob) {
        if (reported.size() >= MOST_REMEMBERED) {
            reported.clear();
        }
        if (reported.add(blob.digest())) {
            listener.broken(blob);
        }
    }

    /// To be called when the right bytes were put or found in the blob's place.
    void whole(Digest digest) {
        if (reported.remove(digest)) {
            listener.repaired(digest);
        }
    }
}
