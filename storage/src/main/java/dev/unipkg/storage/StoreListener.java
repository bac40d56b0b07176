package dev.unipkg.storage;

import dev.unipkg.format.Digest;

/// Hears what a store finds out about its content. Called by the thread that found it, which waits meanwhile.
public interface StoreListener {

    /// Hears nothing.
    StoreListener SILENT = new StoreListener() {
        @Override
        public void broken(BrokenBlob blob) {}

        @Override
        public void repaired(Digest digest) {}
    };

    /// A blob is not what was recorded, so the store does not serve it. Called once for a blob until it is
    /// repaired.
    void broken(BrokenBlob blob);

    /// The right bytes took the place of a blob that was reported as broken.
    void repaired(Digest digest);
}
