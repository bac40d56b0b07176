package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.storage.BlobStore;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Deletes bytes that nothing pins, beside pushes and beside other sweeps. Each step is one transaction, and a stop
/// between any two of them loses nothing:
///
/// 1. What may have lost its last pin is *condemned*, which changes nothing for anybody.
/// 2. A grace later its row is locked and its pins are looked at. Where there are none the row is marked as *deleting*:
///    from its commit on nobody can pin the content, and a push of it is told to send it again.
/// 3. The bytes are deleted, then the row. A row whose sweep stopped in between is taken up again after another grace.
@ApplicationScoped
public class BlobSweep {

    private static final int AT_ONCE = 500;

    /// How many blobs of the store one sweep looks at; the next goes on behind them.
    private static final int LOOKED_AT = 20_000;

    /// Whether anything pins the blob `b`.
    private static final String PINNED = """
        (exists (select 1 from lease l where l.digest = b.digest and l.expires > now())
        or exists (select 1 from manifest_link n where n.digest = b.digest)
        or exists (select 1 from manifest m where m.digest = b.digest)
        or exists (select 1 from ops_tarball t where t.digest = b.digest))
        """;

    private final Sql sql;
    private final BlobStore store;
    private final NamespaceUsage usage;
    private final Duration grace;

    BlobSweep(Sql sql, BlobStore store, NamespaceUsage usage, Settings settings) {
        this.sql = sql;
        this.store = store;
        this.usage = usage;
        this.grace = settings.sweep().grace();
    }

    /// Content whose bytes can be deleted.
    ///
    /// @param since the mark in its rows, by which this sweep knows them as its own
    /// @param sizes in bytes, by digest
    public record Doomed(Instant since, Map<Digest, Long> sizes) {

        /// The size of all of it, in bytes.
        public long bytes() {
            return sizes.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// Notes that a sweep begins, unless one began on whichever replica in the last `pause`.
    ///
    /// @return whether it was noted; one update decides, so of two replicas one sweeps
    public boolean begin(Duration pause) {
        return sql.update(
                        "update sweep set begun = now() where id = 1 and begun <= now() - make_interval(secs => ?)",
                        pause)
                > 0;
    }

    /// Ends the leases whose time is over and condemns what they pinned.
    ///
    /// @return how many blobs were condemned
    public long endLeases() {
        long all = 0;
        long condemned;
        do {
            condemned = sql.update("""
                with ended as (delete from lease where (repository, digest) in (
                        select repository, digest from lease where expires <= now()
                        order by expires limit ? for update skip locked)
                    returning digest)
                update blob b set condemned = coalesce(b.condemned, now())
                from (select digest from blob where digest in (select digest from ended)
                    order by digest for no key update) as lost
                where b.digest = lost.digest
                """, AT_ONCE);
            all += condemned;
        } while (condemned > 0);
        return all;
    }

    /// Looks for bytes in the store that no row names, as a crash leaves them, and condemns them.
    ///
    /// @return how many were found
    public long findUnknown() throws IOException {
        List<Digest> digests = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        long found = 0;
        Optional<Digest> after = after();
        boolean more = true;
        for (int looked = 0; more && looked < LOOKED_AT; looked += digests.size()) {
            digests.clear();
            sizes.clear();
            store.list(after, (digest, size, stored) -> {
                digests.add(digest);
                sizes.add(size);
                return digests.size() < AT_ONCE;
            });
            more = digests.size() == AT_ONCE;
            after = more ? Optional.of(digests.getLast()) : Optional.empty();
            found += sql.update("""
                insert into blob (digest, size, stored_at, condemned)
                select digest, size, now(), now() from unnest(?::text[], ?::bigint[]) as there (digest, size)
                on conflict (digest) do nothing
                """, digests, sizes.toArray(Long[]::new));
        }
        sql.update("update sweep set after = ? where id = 1", after);
        return found;
    }

    private Optional<Digest> after() {
        return sql.query("select after from sweep where id = 1", row -> Optional.ofNullable(row.getString(1)))
                .getFirst()
                .map(Digest::parseAny);
    }

    /// Decides on what was condemned a grace ago, some hundreds at once.
    ///
    /// @return what nothing pins, for [#delete] to take at once; absent where nothing is left to decide
    public Optional<Doomed> decide() {
        return QuarkusTransaction.joiningExisting().call(() -> {
            List<Digest> suspects = sql.digests("""
                select digest from blob
                where (deleting is null and condemned < now() - make_interval(secs => ?))
                or deleting < now() - make_interval(secs => ?)
                order by digest limit ? for update skip locked
                """, grace, grace, AT_ONCE);
            if (suspects.isEmpty()) {
                return Optional.empty();
            }
            usage.subtractUnpinned(suspects, grace);
            // Unpinned content that a namespace has just counted is about to be pinned, so it stays.
            Map<Digest, Long> sizes = new TreeMap<>();
            List<Instant> since = sql.query(
                    """
                    update blob b set deleting = now() where b.digest = any(?) and not %s
                    and not exists (select 1 from namespace_blob c where c.digest = b.digest)
                    returning digest, size, deleting
                    """.formatted(PINNED),
                    row -> {
                        sizes.put(Digest.parseAny(row.getString(1)), row.getLong(2));
                        return row.getTimestamp(3).toInstant();
                    },
                    suspects);
            suspects.removeAll(sizes.keySet());
            sql.update("""
                update blob b set deleting = null, condemned = case when exists (select 1 from namespace_blob c
                    where c.digest = b.digest and c.since >= now() - make_interval(secs => ?)) then now() end
                where b.digest = any(?)
                """, grace, suspects);
            return Optional.of(new Doomed(since.isEmpty() ? Instant.EPOCH : since.getFirst(), sizes));
        });
    }

    /// Deletes the bytes, then the rows. A sweep that took half a grace stops: another one may take the rest up.
    ///
    /// @return what was deleted
    public Doomed delete(Doomed doomed) throws IOException {
        long deadline = System.nanoTime() + grace.dividedBy(2).toNanos();
        Map<Digest, Long> deleted = new TreeMap<>();
        for (Map.Entry<Digest, Long> blob : doomed.sizes().entrySet()) {
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            store.delete(blob.getKey());
            deleted.put(blob.getKey(), blob.getValue());
        }
        sql.update("""
            with gone as (delete from blob where digest = any(?) and deleting = ? returning digest)
            delete from layer_file where layer in (select digest from gone)
            """, deleted.keySet(), doomed.since());
        return new Doomed(doomed.since(), deleted);
    }
}
