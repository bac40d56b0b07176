package dev.unipkg.registry.content;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.storage.BlobStore;
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

/// Blobs on their way in. The store keeps the bytes of a session, across restarts and wherever the next request
/// arrives; the database keeps for which repository it is.
@ApplicationScoped
public class BlobUploads {

    /// How long a client may pause before its session can be taken from it.
    public static final Duration ABANDONED = Duration.ofHours(1);

    private final BlobStore store;
    private final Leases leases;
    private final NamespaceUsage usage;
    private final UploadSessions sessions;
    private final Clock clock;

    BlobUploads(BlobStore store, Leases leases, NamespaceUsage usage, UploadSessions sessions, Clock clock) {
        this.store = store;
        this.leases = leases;
        this.usage = usage;
        this.sessions = sessions;
        this.clock = clock;
    }

    /// Takes a whole blob in one request. Without a Content-Length it counts as an upload session.
    ///
    /// @param size as announced; absent where the client does not say
    /// @throws RefusedException `TooManyUploads` as for [#begin], or `NamespaceFull`
    public void put(RepositoryName repository, Digest digest, OptionalLong size, InputStream bytes) throws IOException {
        if (size.isPresent()) {
            usage.requireRoom(repository.namespace(), digest, size.getAsLong());
            store.put(digest, size.getAsLong(), bytes);
            leases.hold(repository, digest, size.getAsLong(), Optional.empty());
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

    /// Opens a session. At the limit, sessions without a request for [#ABANDONED] are ended first.
    ///
    /// @throws RefusedException `TooManyUploads` where the store or the namespace has as many as it may
    public UUID begin(RepositoryName repository) throws IOException {
        try {
            return open(repository);
        } catch (RefusedException e) {
            if (e.refusal() instanceof ContentRefusal.TooManyUploads && sweep() > 0) {
                return open(repository);
            }
            throw e;
        }
    }

    private UUID open(RepositoryName repository) throws IOException {
        UUID upload = store.uploads().begin();
        try {
            sessions.open(upload, repository);
        } catch (IOException | RuntimeException e) {
            discardAfter(e, upload);
            throw e;
        }
        return upload;
    }

    /// Ends the sessions without a request for [#ABANDONED].
    ///
    /// @return how many there were
    public int sweep() throws IOException {
        Instant now = clock.instant();
        List<UUID> abandoned = abandoned();
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
        return abandoned.size();
    }

    /// The sessions without a request for [#ABANDONED].
    public List<UUID> abandoned() throws IOException {
        return store.uploads().idleSince(clock.instant().minus(ABANDONED));
    }

    /// The offset of the session, in bytes.
    public long offset(RepositoryName repository, UUID upload) throws IOException {
        requireSession(repository, upload);
        return store.uploads().offset(upload);
    }

    /// Bytes to add to a session.
    ///
    /// @param offset where the client believes the session stands; absent where it does not say
    /// @param length as announced; absent where the client does not say
    public record Chunk(OptionalLong offset, OptionalLong length, InputStream bytes) {}

    /// Adds bytes to the session.
    ///
    /// @return where the session stands now
    public long append(RepositoryName repository, UUID upload, Chunk chunk) throws IOException {
        requireSession(repository, upload);
        long from = from(upload, chunk);
        long to = append(upload, from, chunk, Optional.of(repository.namespace()));
        sessions.advance(upload, from, to);
        return to;
    }

    private long from(UUID upload, Chunk chunk) throws IOException {
        return chunk.offset().isPresent()
                ? chunk.offset().getAsLong()
                : store.uploads().offset(upload);
    }

    /// Makes a blob of the repository out of the session, with its last bytes where there are more, and ends
    /// it. Bytes of another digest end it too.
    public void finish(RepositoryName repository, UUID upload, Digest digest, Optional<Chunk> last) throws IOException {
        requireSession(repository, upload);
        if (last.isPresent()) {
            boolean needsRoom = usage.limitBytes().isPresent() && !usage.has(repository.namespace(), digest);
            append(
                    upload,
                    from(upload, last.get()),
                    last.get(),
                    needsRoom ? Optional.of(repository.namespace()) : Optional.empty());
        }
        try {
            long size = store.uploads().commit(upload, digest);
            sessions.ended(upload);
            leases.hold(repository, digest, size, Optional.of(upload));
        } catch (RefusedException e) {
            forgetIfEnded(upload, e);
            throw e;
        }
    }

    /// @param namespace that must have room for what was announced, where it does not have the content already
    private long append(UUID upload, long from, Chunk chunk, Optional<String> namespace) throws IOException {
        try {
            if (namespace.isPresent()) {
                usage.requireRoom(namespace.get(), from + chunk.length().orElse(0));
            }
            return store.uploads().append(upload, from, chunk.bytes());
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
    public void cancel(RepositoryName repository, UUID upload) throws IOException {
        requireSession(repository, upload);
        store.uploads().discard(upload);
        sessions.forget(upload);
    }

    private void forgetIfEnded(UUID upload, RefusedException refused) {
        if (refused.refusal() instanceof ContentRefusal.NamespaceFull) {
            discardAfter(refused, upload);
            sessions.forget(upload);
        }
        if (refused.refusal() instanceof ContentRefusal.DigestMismatch
                || refused.refusal() instanceof ContentRefusal.TooLarge
                || refused.refusal() instanceof ContentRefusal.DiskFull
                || refused.refusal() instanceof ContentRefusal.UnknownUpload) {
            sessions.forget(upload);
        }
    }

    private void requireSession(RepositoryName repository, UUID upload) {
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
