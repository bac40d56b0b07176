package dev.unipkg.format.source;

import dev.unipkg.format.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/// Receives a build's blobs: layers, config and manifest.
@FunctionalInterface
public interface BlobSink {

    /// A blob that is about to be written; its digest is known only when it is.
    Draft draft() throws IOException;

    /// Keeps bytes that are all there.
    default void put(Digest digest, byte[] bytes) throws IOException {
        try (Draft draft = draft()) {
            draft.out().write(bytes);
            draft.keep(digest, bytes.length);
        }
    }

    /// A blob while it is written. Closing it without [#keep] discards it as if it had never been begun.
    interface Draft extends Closeable {

        /// The stream to write the blob to; the draft closes it.
        OutputStream out() throws IOException;

        /// Keeps what was written under its digest.
        ///
        /// @param size in bytes
        void keep(Digest digest, long size) throws IOException;
    }
}
