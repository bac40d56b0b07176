package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/// Immutable bytes, named by their digest. Safe for any number of threads.
///
/// What is answered as stored is durable; what is not whole and verified is never visible, whatever stops the
/// process. A [RefusedException] says that the bytes are wrong; any other [IOException] that the store is not well.
public interface BlobStore extends AutoCloseable {

    /// Opens the store that `config` names, makes what is absent, and drops what an earlier process left half-done.
    ///
    /// @throws IOException when it cannot be reached, made or written, or when another process uses the folder
    ///
    /// @param listener hears about broken blobs
    static BlobStore open(StorageConfig config, StoreListener listener) throws IOException {
        return switch (config) {
            case StorageConfig.Folder folder -> FolderStore.open(folder, listener);
            case StorageConfig.S3 s3 -> S3Store.open(s3, listener);
        };
    }

    /// The same, without a listener.
    static BlobStore open(StorageConfig config) throws IOException {
        return open(config, StoreListener.SILENT);
    }

    /// Stores the bytes of the stream, read to its end exactly once and hashed while they are copied. They take the
    /// place of whatever the store has under that digest, so a put repairs a broken blob.
    ///
    /// @param bytes not closed
    /// @throws RefusedException when the bytes are not of that digest and size, or the size is over the limit;
    ///     nothing is kept then
    void put(Digest expected, long expectedSize, InputStream bytes) throws IOException;

    /// Locates the blob. Empty if it is absent, or broken as far as that shows without opening it; the listener
    /// is told of both.
    ///
    /// @param size the recorded size, in bytes
    Optional<Download> find(Digest digest, long size) throws IOException;

    /// Opens a part of the blob for this process itself, wherever [#find] would send a client. Empty where [#find]
    /// is. The caller closes the stream.
    ///
    /// @param size the recorded size, in bytes
    Optional<InputStream> read(Digest digest, long size, Range range) throws IOException;

    /// Reads the blob to its end and compares it with its record; empty where it is whole. The listener hears
    /// only that a broken blob is whole again: the caller knows better whether one was deleted meanwhile.
    /// [#quarantine] and [#find] tell of broken ones.
    ///
    /// @param size the recorded size, in bytes
    /// @param pace called with the number of bytes after each piece that was read; may wait
    Optional<BrokenBlob> inspect(Digest digest, long size, LongConsumer pace) throws IOException;

    /// Puts a broken blob aside, where an operator can look at it and no client can get it, and tells the
    /// listener. Does nothing where another file or object has taken its place since it was inspected. On
    /// object storage the caller keeps puts of this digest out meanwhile.
    ///
    /// @return whether it was put aside
    boolean quarantine(BrokenBlob broken) throws IOException;

    /// Shows every blob after the given digest, ascending, until there are no more or the visitor has enough. Pages
    /// through the store, never holding more than some thousand names; a blob put or deleted meanwhile may be shown
    /// or not.
    void list(Optional<Digest> after, Visitor visitor) throws IOException;

    /// Removes the blob; nothing happens where there is none. A download under way ends well or fails.
    void delete(Digest digest) throws IOException;

    /// Asks whether the place that blobs are kept in is there: writes a byte into the folder and drops it, or looks
    /// for the bucket. Cheap enough for every look at how a process is.
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
