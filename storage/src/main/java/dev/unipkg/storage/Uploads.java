package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// Upload sessions: a blob whose digest is not known before its last byte, sent in one piece or in many, with
/// pauses, and across restarts of this process. In object storage, any process that shares the bucket continues
/// any session.
///
/// Every method throws [RefusedException] with `UnknownUpload` for a session that does not exist, that was
/// committed or discarded.
public interface Uploads {

    /// Opens a session, which holds no byte yet.
    ///
    /// @throws RefusedException `TooManyUploads` when the limit of open sessions is reached
    UUID begin() throws IOException;

    /// How many bytes the session holds: where the next append continues.
    long offset(UUID upload) throws IOException;

    /// Adds the bytes of the stream, read to its end, to the session.
    ///
    /// When the stream fails, the bytes before the failure stay, and [#offset] tells how many. Of several
    /// appends through one process that race for the same offset exactly one wins. Through several processes
    /// more than one may; if their bytes differ, the commit refuses them by their digest.
    ///
    /// @param offset where the caller believes the session stands
    /// @param bytes not closed
    /// @return where the session stands now
    /// @throws RefusedException `OffsetMismatch` when the session stands elsewhere, also when that is so because
    ///     another append overtook this one; `TooLarge` when the limit is passed, and `DiskFull` when there is no
    ///     room, both of which end the session and drop its bytes
    long append(UUID upload, long offset, InputStream bytes) throws IOException;

    /// Makes a blob of the session's bytes, in place of whatever the store has under that digest, and ends
    /// the session. The bytes are hashed with SHA-256 as they come; for another algorithm they are read
    /// once more.
    ///
    /// @return the size of the blob, in bytes
    /// @throws RefusedException `DigestMismatch` when the bytes have another digest; nothing is kept then, neither
    ///     blob nor session
    long commit(UUID upload, Digest expected) throws IOException;

    /// Ends the session and drops its bytes.
    void discard(UUID upload) throws IOException;

    /// The sessions that nothing was added to since that instant, for their owner to discard.
    List<UUID> idleSince(Instant instant) throws IOException;
}
