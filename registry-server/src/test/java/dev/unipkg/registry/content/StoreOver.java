package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Download;
import dev.unipkg.storage.Put;
import dev.unipkg.storage.Range;
import dev.unipkg.storage.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/// Another store, for tests that need one that differs in something.
public class StoreOver implements BlobStore {

    private final BlobStore store;

    protected StoreOver(BlobStore store) {
        this.store = store;
    }

    @Override
    public Put put(Digest expected, long expectedSize, InputStream bytes) throws IOException {
        return store.put(expected, expectedSize, bytes);
    }

    @Override
    public Optional<Download> find(Digest digest) throws IOException {
        return store.find(digest);
    }

    @Override
    public Optional<InputStream> read(Digest digest, Range range) throws IOException {
        return store.read(digest, range);
    }

    @Override
    public void list(Optional<Digest> after, Visitor visitor) throws IOException {
        store.list(after, visitor);
    }

    @Override
    public void delete(Digest digest) throws IOException {
        store.delete(digest);
    }

    @Override
    public void check() throws IOException {
        store.check();
    }

    @Override
    public OptionalLong freeBytes() throws IOException {
        return store.freeBytes();
    }

    @Override
    public Uploads uploads() {
        return store.uploads();
    }

    /// Leaves the store open for whoever owns it.
    @Override
    public void close() {}
}
