package dev.unipkg.registry.oci;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.registry.publish.HeldBlobs;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Uploads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/// Blobs on their way in. The store keeps the bytes of a session, across restarts and wherever the next request
/// arrives; the database keeps for which repository it is.
@ApplicationScoped
class BlobUploads {

    /// How long a client may pause before its session can be taken from it.
    static final Duration ABANDONED = Duration.ofHours(1);

    private final BlobStore store;
    private final HeldBlobs blobs;
    private final EntityManager database;
    private final Clock clock;

    BlobUploads(BlobStore store, HeldBlobs blobs, EntityManager database, Clock clock) {
        this.store = store;
        this.blobs = blobs;
        this.database = database;
        this.clock = clock;
    }

    /// Takes a whole blob at once.
    ///
    /// @param size as announced; absent where the client does not say
    void put(PackageName repository, Digest digest, OptionalLong size, InputStream bytes) throws IOException {
        if (size.isPresent()) {
            store.put(digest, size.getAsLong(), bytes);
        } else {
            Uploads uploads = store.uploads();
            UUID upload = uploads.begin();
            try {
                uploads.append(upload, 0, bytes);
            } catch (IOException | RuntimeException e) {
                discardAfter(e, upload);
                throw e;
            }
            uploads.commit(upload, digest);
        }
        blobs.hold(repository, digest);
    }

    /// Opens a session.
    UUID begin(PackageName repository) throws IOException {
        UUID upload = open();
        try {
            record(upload, repository);
        } catch (RuntimeException e) {
            discardAfter(e, upload);
            throw e;
        }
        return upload;
    }

    /// Where the session stands, in bytes.
    long offset(PackageName repository, UUID upload) throws IOException {
        requireSession(repository, upload);
        return store.uploads().offset(upload);
    }

    /// Bytes to add to a session.
    ///
    /// @param offset where the client believes the session stands; absent where it does not say
    record Chunk(OptionalLong offset, InputStream bytes) {}

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
        holdAndForget(repository, digest, upload);
    }

    private long append(UUID upload, Chunk chunk) throws IOException {
        Uploads uploads = store.uploads();
        long from = chunk.offset().isPresent() ? chunk.offset().getAsLong() : uploads.offset(upload);
        try {
            return uploads.append(upload, from, chunk.bytes());
        } catch (RefusedException e) {
            forgetIfEnded(upload, e);
            throw e;
        }
    }

    /// Ends the session and drops its bytes.
    void cancel(PackageName repository, UUID upload) throws IOException {
        requireSession(repository, upload);
        store.uploads().discard(upload);
        forget(upload);
    }

    /// The store has room for so many sessions. When it is full, those go that nobody came back to for
    /// [#ABANDONED].
    private UUID open() throws IOException {
        try {
            return store.uploads().begin();
        } catch (RefusedException e) {
            if (!(e.refusal() instanceof ContentRefusal.TooManyUploads)) {
                throw e;
            }
            for (UUID idle : store.uploads().idleSince(Instant.now(clock).minus(ABANDONED))) {
                store.uploads().discard(idle);
                forget(idle);
            }
            return store.uploads().begin();
        }
    }

    private void forgetIfEnded(UUID upload, RefusedException refused) {
        if (refused.refusal() instanceof ContentRefusal.DigestMismatch
                || refused.refusal() instanceof ContentRefusal.TooLarge) {
            forget(upload);
        }
    }

    // A session row that a crash loses costs the client a new session, so its commit need not wait for the disk.
    @Transactional
    void record(UUID upload, PackageName repository) {
        database.createNativeQuery("""
                        insert into upload (id, repository, started_at)
                        select :id, :repository, :now
                        from (select set_config('synchronous_commit', 'off', true)) as hasty
                        """)
                .setParameter("id", upload)
                .setParameter("repository", repository.toString())
                .setParameter("now", Instant.now(clock))
                .executeUpdate();
    }

    @Transactional
    void forget(UUID upload) {
        UploadSession.delete("id", upload);
    }

    @Transactional(rollbackOn = Exception.class)
    void holdAndForget(PackageName repository, Digest digest, UUID upload) throws IOException {
        blobs.hold(repository, digest);
        forget(upload);
    }

    private static void requireSession(PackageName repository, UUID upload) {
        boolean open = UploadSession.<UploadSession>findByIdOptional(upload)
                .filter(session -> session.isFor(repository))
                .isPresent();
        if (!open) {
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
