package dev.unipkg.registry.oci;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.content.HeldBlobs;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Uploads;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Blobs on their way in. The store keeps the bytes of a session, across restarts and wherever the next request
/// arrives; the database keeps for which repository it is.
@ApplicationScoped
class BlobUploads {

    /// How long a client may pause before its session can be taken from it.
    static final Duration ABANDONED = Duration.ofHours(1);

    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(10);

    private final BlobStore store;
    private final HeldBlobs blobs;
    private final UploadSessions sessions;
    private final Clock clock;
    private final AtomicLong lastSweepMillis;

    BlobUploads(BlobStore store, HeldBlobs blobs, UploadSessions sessions, Clock clock) {
        this.store = store;
        this.blobs = blobs;
        this.sessions = sessions;
        this.clock = clock;
        this.lastSweepMillis = new AtomicLong(clock.millis());
    }

    /// Takes a whole blob at once. Where the client does not say how large it is, that is a session too, and counts as
    /// one.
    ///
    /// @param size as announced; absent where the client does not say
    /// @throws RefusedException `TooManyUploads` as for [#begin]
    void put(PackageName repository, Digest digest, OptionalLong size, InputStream bytes) throws IOException {
        if (size.isPresent()) {
            store.put(digest, size.getAsLong(), bytes);
            blobs.hold(repository, digest, Optional.empty());
            return;
        }
        UUID upload = begin(repository);
        try {
            finish(repository, upload, digest, Optional.of(new Chunk(OptionalLong.of(0), OptionalLong.empty(), bytes)));
        } catch (IOException | RuntimeException e) {
            discardAfter(e, upload);
            sessions.forget(upload);
            throw e;
        }
    }

    /// Opens a session. Those that nobody came back to for [#ABANDONED] go now and then, and when there is no room for
    /// a new one.
    ///
    /// @throws RefusedException `TooManyUploads` where the store or the namespace has as many as it may
    UUID begin(PackageName repository) throws IOException {
        long last = lastSweepMillis.get();
        long now = clock.millis();
        if (now - last > BETWEEN_SWEEPS.toMillis() && lastSweepMillis.compareAndSet(last, now)) {
            sweep();
        }
        try {
            return open(repository);
        } catch (RefusedException e) {
            if (e.refusal() instanceof ContentRefusal.TooManyUploads && sweep()) {
                return open(repository);
            }
            throw e;
        }
    }

    private UUID open(PackageName repository) throws IOException {
        UUID upload = store.uploads().begin();
        try {
            sessions.open(upload, repository);
        } catch (IOException | RuntimeException e) {
            discardAfter(e, upload);
            throw e;
        }
        return upload;
    }

    /// Whether something went.
    private boolean sweep() throws IOException {
        Instant now = clock.instant();
        List<UUID> abandoned = store.uploads().idleSince(now.minus(ABANDONED));
        for (UUID upload : abandoned) {
            try {
                store.uploads().discard(upload);
            } catch (RefusedException e) {
                // Ended by its client, or by another server's sweep, while we looked.
                if (!(e.refusal() instanceof ContentRefusal.UnknownUpload)) {
                    throw e;
                }
            }
        }
        sessions.forgetAllBut(store.uploads().idleSince(now.plus(ABANDONED)), now.minus(ABANDONED));
        return !abandoned.isEmpty();
    }

    /// Where the session stands, in bytes.
    long offset(PackageName repository, UUID upload) throws IOException {
        requireSession(repository, upload);
        return store.uploads().offset(upload);
    }

    /// Bytes to add to a session.
    ///
    /// @param offset where the client believes the session stands; absent where it does not say
    /// @param length as announced; absent where the client does not say
    record Chunk(OptionalLong offset, OptionalLong length, InputStream bytes) {}

    /// Adds bytes to the session.
    ///
    /// @return where the session stands now
    long append(PackageName repository, UUID upload, Chunk chunk) throws IOException {
        requireSession(repository, upload);
        return append(upload, chunk);
    }

    /// Makes a blob of the repository out of the session, with its last bytes where there are more, and ends
    /// it. Bytes of another digest end it too.
    void finish(PackageName repository, UUID upload, Digest digest, Optional<Chunk> last) throws IOException {
        requireSession(repository, upload);
        if (last.isPresent()) {
            append(upload, last.get());
        }
        try {
            store.uploads().commit(upload, digest);
        } catch (RefusedException e) {
            forgetIfEnded(upload, e);
            throw e;
        }
        sessions.ended(upload);
        blobs.hold(repository, digest, Optional.of(upload));
    }

    private long append(UUID upload, Chunk chunk) throws IOException {
        Uploads uploads = store.uploads();
        long from = chunk.offset().isPresent() ? chunk.offset().getAsLong() : uploads.offset(upload);
        try {
            return uploads.append(upload, from, chunk.bytes());
        } catch (RefusedException e) {
            forgetIfEnded(upload, e);
            throw e.refusal() instanceof ContentRefusal.DiskFull full ? withWholeSize(full, from, chunk, e) : e;
        }
    }

    /// The store knows the bytes that it took; the client announced how many there are.
    private static RefusedException withWholeSize(
            ContentRefusal.DiskFull full, long from, Chunk chunk, RefusedException cause) {
        long whole = Math.max(full.neededBytes(), from + chunk.length().orElse(0));
        long missing = full.missingBytes() + whole - full.neededBytes();
        return new RefusedException(new ContentRefusal.DiskFull(full.where(), whole, missing), cause);
    }

    /// Ends the session and drops its bytes.
    void cancel(PackageName repository, UUID upload) throws IOException {
        requireSession(repository, upload);
        store.uploads().discard(upload);
        sessions.forget(upload);
    }

    private void forgetIfEnded(UUID upload, RefusedException refused) {
        if (refused.refusal() instanceof ContentRefusal.DigestMismatch
                || refused.refusal() instanceof ContentRefusal.TooLarge
                || refused.refusal() instanceof ContentRefusal.DiskFull
                || refused.refusal() instanceof ContentRefusal.UnknownUpload) {
            sessions.forget(upload);
        }
    }

    private void requireSession(PackageName repository, UUID upload) {
        if (!sessions.isFor(upload, repository)) {
            throw new Rejection.NotFound(Thing.UPLOAD, upload.toString()).asException();
        }
    }

    private void discardAfter(Exception failure, UUID upload) {
        try {
            store.uploads().discard(upload);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
