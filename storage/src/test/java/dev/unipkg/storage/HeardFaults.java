package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A listener that remembers.
final class HeardFaults implements StoreListener {

    final List<BrokenBlob> broken = new CopyOnWriteArrayList<>();
    final List<Digest> repaired = new CopyOnWriteArrayList<>();

    @Override
    public void broken(BrokenBlob blob) {
        broken.add(blob);
    }

    @Override
    public void repaired(Digest digest) {
        repaired.add(digest);
    }
}
