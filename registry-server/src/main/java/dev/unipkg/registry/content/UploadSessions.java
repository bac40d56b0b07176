package dev.unipkg.registry.content;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The repository of each upload. The store knows its bytes, and how many there are.
///
/// Every pushed blob comes through here twice, so these are single statements that commit themselves, and this server
/// remembers the uploads that it has opened.
@ApplicationScoped
public class UploadSessions {

    /// So that one publisher cannot take every place the store has ([dev.unipkg.storage.StoreLimits]).
    public static final int MAX_PER_NAMESPACE = 250;

    private static final int REMEMBERED = 10_000;

    private final Sql sql;
    private final Clock clock;
    private final Cache<UUID, RepositoryName> remembered =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    UploadSessions(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /// Notes that the upload is for the repository. A note that a crash loses costs the client a new upload, so it
    /// need not wait for the disk.
    ///
    /// @throws RefusedException where the namespace has as many uploads as it may
    void open(UUID upload, RepositoryName repository) throws RefusedException {
        int opened = sql.update("""
            insert into upload (id, repository, started_at)
            select ?, ?, ?
            from (select set_config('synchronous_commit', 'off', true)) as hasty
            where (select count(*) from upload where namespace = ?) < ?
            """, upload, repository, clock.instant(), repository.namespace(), MAX_PER_NAMESPACE);
        if (opened == 0) {
            throw new RefusedException(new ContentRefusal.TooManyUploads(MAX_PER_NAMESPACE));
        }
        remembered.put(upload, repository);
    }

    /// Whether the upload was begun for the repository, on whichever server.
    boolean isFor(UUID upload, RepositoryName repository) {
        return Optional.ofNullable(remembered.getIfPresent(upload))
                .map(repository::equals)
                .orElseGet(() -> !sql.query(
                                "select 1 from upload where id = ? and repository = ?",
                                row -> row.getInt(1),
                                upload,
                                repository)
                        .isEmpty());
    }

    /// Acknowledges a chunk, which is in the store. Of concurrent chunks at one offset through different
    /// servers exactly one is acknowledged; a compare-and-set needs no lock while a client sends.
    ///
    /// @param from the offset of the chunk, in bytes
    /// @param to the offset of the next one
    /// @throws RefusedException `OffsetMismatch` where another chunk was acknowledged that begins there or behind
    void advance(UUID upload, long from, long to) throws RefusedException {
        int advanced = sql.update("""
            update upload set received = ?
            from (select set_config('synchronous_commit', 'off', true)) as hasty
            where id = ? and received <= ?
            """, to, upload, from);
        if (advanced == 0) {
            List<Long> received = sql.query("select received from upload where id = ?", row -> row.getLong(1), upload);
            throw received.isEmpty()
                    ? new ContentRefusal.UnknownUpload(upload.toString()).asException()
                    : new ContentRefusal.OffsetMismatch(received.getFirst(), from).asException();
        }
    }

    /// Forgets an upload that has ended.
    void forget(UUID upload) {
        remembered.invalidate(upload);
        sql.update("delete from upload where id = ?", upload);
    }

    /// Forgets uploads that have no bytes, as after a crash between the end of an upload and that of its row.
    ///
    /// @param open the uploads that have
    /// @param before later ones are left alone: their bytes may not be seen yet
    void forgetAllBut(Collection<UUID> open, Instant before) {
        sql.query(
                        "delete from upload where started_at < ? and id <> all (?::uuid[]) returning id",
                        row -> row.getObject(1, UUID.class),
                        before,
                        open)
                .forEach(remembered::invalidate);
    }

    /// For an upload that became a blob, whose row [Leases#hold] deletes.
    void ended(UUID upload) {
        remembered.invalidate(upload);
    }
}
