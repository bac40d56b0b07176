package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.BrokenBlob;
import dev.unipkg.storage.Download;
import dev.unipkg.storage.Range;
import dev.unipkg.storage.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/// Another store, for tests that need one that differs in something.
public class StoreOver implements BlobStore {

    private final BlobStore store;

    protected StoreOver(BlobStore store) {
        this.store = store;
    }

    @Override
    public void put(Digest expected, long expectedSize, InputStream bytes) throws IOException {
        store.put(expected, expectedSize, bytes);
    }

    @Override
    public Optional<Download> find(Digest digest, long size) throws IOException {
        return store.find(digest, size);
    }

    @Override
    public Optional<InputStream> read(Digest digest, long size, Range range) throws IOException {
        return store.read(digest, size, range);
    }

    @Override
    public Optional<BrokenBlob> inspect(Digest digest, long size, LongConsumer pace) throws IOException {
        return store.inspect(digest, size, pace);
    }

    @Override
    public boolean quarantine(BrokenBlob broken) throws IOException {
        return store.quarantine(broken);
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

    /// Leaves the store open; its owner closes it.
    @Override
    public void close() {}
}
