package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// Immutable bytes, named by their SHA-256. Safe for any number of threads.
///
/// What is answered as stored is durable; what is not whole and verified is never visible, whatever stops the
/// process. A [RefusedException] says that the bytes are wrong; any other [IOException] that the store is not well.
public interface BlobStore extends AutoCloseable {

    /// Opens the store that `config` names, makes what is absent, and drops what an earlier process left half-done.
    ///
    /// @throws IOException when it cannot be reached, made or written, or when another process uses the folder
    static BlobStore open(StorageConfig config) throws IOException {
        return switch (config) {
            case StorageConfig.Folder folder -> FolderStore.open(folder);
            case StorageConfig.S3 s3 -> S3Store.open(s3);
        };
    }

    /// Stores the bytes of the stream, read to its end exactly once and hashed while they are copied.
    ///
    /// @param bytes not closed
    /// @throws RefusedException when the bytes are not of that digest and size, or the size is over the limit;
    ///     nothing is kept then
    Put put(Digest expected, long expectedSize, InputStream bytes) throws IOException;

    /// Where the blob is, or empty where the store has none of that digest. Opens nothing.
    Optional<Download> find(Digest digest) throws IOException;

    /// Opens a part of the blob for this process itself, whatever [#find] would tell a client; empty where there is
    /// no such blob. The caller closes the stream.
    Optional<InputStream> read(Digest digest, Range range) throws IOException;

    /// Shows every blob after the given digest, ascending, until there are no more or the visitor has enough. Pages
    /// through the store, never holding more than some thousand names; a blob put or deleted meanwhile may be shown
    /// or not.
    void list(Optional<Digest> after, Visitor visitor) throws IOException;

    /// Removes the blob; nothing happens where there is none. A download under way ends well or fails.
    void delete(Digest digest) throws IOException;

    /// Asks whether the place that blobs are kept in is there: writes a byte into the folder and drops it, or looks for
    /// the bucket. Cheap enough for every look at how a process is.
    ///
    /// @throws RefusedException `DiskFull` when there is no room for a byte; blobs can still be read
    /// @throws IOException with a sentence, when it is not
    void check() throws IOException;

    /// The bytes that the store can still take; empty for object storage, which does not tell.
    OptionalLong freeBytes() throws IOException;

    /// The upload sessions of this store.
    Uploads uploads();

    /// Lets go of the store. Sessions stay.
    @Override
    void close() throws IOException;

    /// Is shown the blobs of a store, one by one.
    @FunctionalInterface
    interface Visitor {
        /// @param size in bytes
        /// @param stored when the blob was written, or written again
        /// @return whether to go on
        boolean visit(Digest digest, long size, Instant stored) throws IOException;
    }
}
