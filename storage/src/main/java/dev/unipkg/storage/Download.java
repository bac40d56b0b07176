package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;

/// The location of a blob's bytes, in the fastest form that the store offers.
public sealed interface Download {

    /// The size of the whole blob, in bytes.
    long size();

    /// A file of this machine that holds exactly the blob: send it without copying.
    ///
    /// @param path a regular file that is never written again
    record LocalFile(Path path, long size) implements Download {}

    /// A presigned address; clients fetch any range from it.
    ///
    /// @param uri carries its own authorization; to be fetched with GET and without other credentials
    /// @param validUntil when the address stops working
    record At(URI uri, Instant validUntil, long size) implements Download {}

    /// The bytes come through this process.
    record Bytes(BlobStore store, Digest digest, long size) implements Download {

        /// Opens the part of the blob; the caller closes the stream.
        ///
        /// @throws IOException also when the blob was deleted or broken in the meantime
        public InputStream open(Range range) throws IOException {
            return store.read(digest, size, range)
                    .orElseThrow(() -> new FileNotFoundException("blob " + digest + " is gone from the store"));
        }
    }
}
