package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.rows.Sql;
import io.micrometer.core.instrument.Counter;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/// Reads all blobs again in rounds, ordered by digest, and puts those aside that have other bytes.
///
/// One row says how far the round is. Each step is a statement of its own: after a stop the round goes on
/// behind the last blob that was read to its end. Two servers on one round would do no harm, only work twice:
/// the row moves on for one of them, and the other stops.
@ApplicationScoped
public class BlobScrub {

    /// The least time between the beginnings of two rounds.
    private static final Duration EVERY = Duration.ofDays(30);

    /// A server that reads one blob for longer may get company.
    private static final Duration ABANDONED = Duration.ofHours(1);

    /// The cost of a small blob for the database and the store, as bytes that are read.
    private static final long LEAST_COST = 256 << 10;

    private final Sql sql;
    private final Quarantine quarantine;
    private final BrokenBlobReports reports;
    private final Counter blobs = Meters.counter("unipkg.scrub.blobs", "Blobs that the scrub read again");
    private final Counter bytes = Meters.counter("unipkg.scrub.bytes", "Bytes that the scrub read again");
    private final Counter broken = Meters.counter("unipkg.scrub.broken", "Blobs that the scrub found broken");
    private final Counter quarantined = Meters.counter("unipkg.scrub.quarantined", "Blobs that the scrub put aside");

    private volatile long lastRound;

    BlobScrub(Sql sql, Quarantine quarantine, BrokenBlobReports reports) {
        this.sql = sql;
        this.quarantine = quarantine;
        this.reports = reports;
        Meters.gauge(
                "unipkg.scrub.last.round.timestamp.seconds",
                "The end of the last whole round on whichever server, in seconds since 1970; 0 before the first",
                () -> lastRound);
    }

    /// A round that has ended.
    ///
    /// @param bytes that were read
    /// @param broken blobs, those that were put aside in this round among them
    public record Round(long blobs, long bytes, long broken, long quarantined, Duration took) {}

    /// A row of a blob.
    private record Recorded(Digest digest, long size) {}

    /// Takes up the round that no server has moved on for an hour, or begins one if the last began 30 days ago.
    ///
    /// @return whether this server is to [read on][#readOn]; one update decides, so one server is
    public boolean takeUp() {
        return sql.update("""
                update scrub set moved = now()
                where id = 1 and after is not null and moved <= now() - make_interval(secs => ?)
                """, ABANDONED) > 0 || sql.update("""
                update scrub set begun = now(), moved = now(), after = '',
                    blobs = 0, bytes = 0, broken = 0, quarantined = 0
                where id = 1 and after is null and begun <= now() - make_interval(secs => ?)
                """, EVERY) > 0;
    }

    /// Reads on from where the round stands to its end.
    ///
    /// @param pace called with the number of bytes after each piece that was read; may wait, or throw to stop
    ///     here
    /// @return absent where another server has taken the round over
    /// @throws IOException where a blob could not be read; the round goes on behind it when it is taken up
    ///     again
    public Optional<Round> readOn(LongConsumer pace) throws IOException {
        String after = sql.query("select coalesce(after, '') from scrub where id = 1", row -> row.getString(1))
                .getFirst();
        for (Optional<Recorded> next = next(after); next.isPresent(); next = next(after)) {
            if (!read(after, next.get(), pace)) {
                return Optional.empty();
            }
            after = next.get().digest().toString();
        }
        return end(after);
    }

    private Optional<Recorded> next(String after) {
        return sql.query("""
                        select digest, size from blob where digest > ? and deleting is null order by digest limit 1
                        """, row -> new Recorded(Digest.parseAny(row.getString(1)), row.getLong(2)), after).stream()
                .findFirst();
    }

    /// @return whether the round is still this server's
    private boolean read(String after, Recorded blob, LongConsumer pace) throws IOException {
        long[] read = new long[1];
        Quarantine.Found found;
        try {
            found = quarantine.inspect(blob.digest(), blob.size(), n -> {
                read[0] += n;
                bytes.increment(n);
                pace.accept(n);
            });
        } catch (IOException e) {
            // The round may be another server's by now; this one stops in any case.
            var _ = move(after, blob, read[0], Quarantine.Found.CHANGED);
            throw new IOException("the blob " + blob.digest() + " could not be read: " + e.getMessage(), e);
        }
        blobs.increment();
        broken.increment(isBroken(found) ? 1 : 0);
        quarantined.increment(found == Quarantine.Found.QUARANTINED ? 1 : 0);
        boolean moved = move(after, blob, read[0], found);
        pace.accept(Math.max(0, LEAST_COST - read[0]));
        return moved;
    }

    private static boolean isBroken(Quarantine.Found found) {
        return switch (found) {
            case WHOLE, CHANGED -> false;
            case BROKEN, QUARANTINED -> true;
        };
    }

    /// Moves the round on. A move that a crash loses is made again, so it need not wait for the disk.
    private boolean move(String after, Recorded blob, long read, Quarantine.Found found) {
        return sql.update(
                        """
                        update scrub set moved = now(), after = ?, blobs = blobs + 1, bytes = bytes + ?,
                            broken = broken + ?, quarantined = quarantined + ?
                        from (select set_config('synchronous_commit', 'off', true)) as hasty
                        where id = 1 and after = ?
                        """,
                        blob.digest(),
                        read,
                        isBroken(found) ? 1 : 0,
                        found == Quarantine.Found.QUARANTINED ? 1 : 0,
                        after)
                > 0;
    }

    private Optional<Round> end(String after) {
        return sql
                .query(
                        """
                        update scrub set after = null, ended = now() where id = 1 and after = ?
                        returning blobs, bytes, broken, quarantined, extract(epoch from ended - begun)::bigint
                        """,
                        row -> new Round(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                Duration.ofSeconds(row.getLong(5))),
                        after)
                .stream()
                .findFirst();
    }

    /// Renews what this server tells the operator: when the last round ended, on whichever server, and which
    /// blobs are broken, of which the sweep may have deleted some.
    public void renew() {
        lastRound = sql.query(
                        "select coalesce(extract(epoch from ended)::bigint, 0) from scrub where id = 1",
                        row -> row.getLong(1))
                .getFirst();
        Set<Digest> gone = new TreeSet<>(reports.now());
        if (!gone.isEmpty()) {
            sql.digests("select digest from blob where digest = any(?)", gone).forEach(gone::remove);
            reports.forget(gone);
        }
    }
}
