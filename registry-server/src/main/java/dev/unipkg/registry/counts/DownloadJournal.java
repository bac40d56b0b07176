package dev.unipkg.registry.counts;

import dev.unipkg.api.PullNumber;
import dev.unipkg.registry.metrics.Meters;
import dev.unipkg.registry.rows.Sql;
import io.micrometer.core.instrument.Counter;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Records downloads durably. One thread commits all downloads that wait, and those that come meanwhile wait for the
/// next commit, so a busy registry commits many at once and a quiet one commits at once.
@ApplicationScoped
public class DownloadJournal {

    private static final Logger LOG = Logger.getLogger(DownloadJournal.class);

    /// The most downloads that wait for a commit.
    private static final int MAX_WAITING = 10_000;

    /// The most downloads of one commit.
    private static final int MAX_BATCH = 1000;

    /// How long an answer waits for its commit. Then it is sent and not counted.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// The number of tables that days take turns with.
    static final int SLOTS = 4;

    // A number that is there already, or comes twice in one commit, adds nothing.
    private static final String INSERT = """
            with asked as (
                select repository_id, version, arch, day, slot, nullif(number, '')::uuid as number
                from unnest(?::bigint[], ?::text[], ?::text[], ?::date[], ?::smallint[], ?::text[])
                    as a (repository_id, version, arch, day, slot, number)),
            fresh as (
                insert into pull_number (slot, number)
                select distinct slot, number from asked where number is not null order by slot, number
                on conflict do nothing
                returning slot, number),
            counted as (
                select repository_id, version, arch, day from asked where number is null
                union all
                select repository_id, version, arch, day from (
                    select distinct on (slot, number) * from asked join fresh using (slot, number)) as first)
            insert into download_journal (repository_id, version, arch, day, downloads)
            select repository_id, version, arch, day, count(*) from counted group by 1, 2, 3, 4
            """;

    private final Sql sql;
    private final Clock clock;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicBoolean added = new AtomicBoolean(true);
    private final Counter sent = Meters.counter(
            "unipkg.downloads", "GETs that completed a download, those that repeat the number of a pull included");
    private final Counter uncounted = Meters.counter(
            "unipkg.downloads.uncounted", "Downloads that were not counted because the database did not answer");

    /// Whether the last commit failed. Of the writer alone.
    private boolean failing;

    private final Thread writer = Thread.ofPlatform().daemon().name("downloads").unstarted(this::write);

    DownloadJournal(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /// A download that waits for its commit.
    private record Entry(
            CountedBuild build, LocalDate day, Optional<PullNumber> number, CompletableFuture<Boolean> committed) {

        /// The table of its number.
        int slot() {
            // Clocks differ and midnight passes between two tries, so a number keeps its day. One of another day than
            // those around today comes from a wrong clock, and is remembered with today's.
            return number.map(PullNumber::day)
                    .filter(drawn -> !drawn.isBefore(day.minusDays(1)) && !drawn.isAfter(day.plusDays(1)))
                    .map(DownloadJournal::slot)
                    .orElseGet(() -> DownloadJournal.slot(day));
        }
    }

    /// The table of the numbers that were drawn on a day.
    static int slot(LocalDate day) {
        return Math.floorMod(day.toEpochDay(), SLOTS);
    }

    void start(@Observes StartupEvent event) {
        sent.increment(0);
        uncounted.increment(0);
        writer.start();
    }

    void stop(@Observes ShutdownEvent event) {
        writer.interrupt();
    }

    /// Records a download, and returns when it is durable. Where the database does not take it in time it is not
    /// counted, which a metric tells: a client gets what it asks for in any case.
    public void add(CountedBuild build, Optional<PullNumber> number) {
        sent.increment();
        Entry entry = new Entry(build, LocalDate.now(clock), number, new CompletableFuture<>());
        if (!waiting.offer(entry) || !isCommitted(entry)) {
            uncounted.increment();
        }
    }

    /// Whether downloads were recorded since the last call.
    boolean takeAdded() {
        return added.getAndSet(false);
    }

    private static boolean isCommitted(Entry entry) {
        try {
            return entry.committed().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            // An entry that still waits is left out of the next commit. One whose commit is under way may count.
            return !entry.committed().complete(false) && entry.committed().getNow(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void write() {
        List<Entry> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(waiting.take());
                waiting.drainTo(batch, MAX_BATCH - 1);
                batch.removeIf(entry -> entry.committed().isDone());
                commit(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            // The server ends, and its connections do.
            LOG.debug("no more downloads are counted");
        }
    }

    private void commit(List<Entry> batch) {
        boolean committed = false;
        try {
            if (!batch.isEmpty()) {
                insert(batch);
            }
            committed = true;
            added.set(true);
            failing = false;
        } catch (RuntimeException e) {
            // One line for an outage, whatever comes meanwhile; the metric tells how much that was.
            LOG.log(failing ? Logger.Level.DEBUG : Logger.Level.WARN, "downloads are not counted", e);
            failing = true;
        } finally {
            for (Entry entry : batch) {
                entry.committed().complete(committed);
            }
        }
    }

    private void insert(List<Entry> batch) {
        sql.update(
                INSERT,
                column(batch, entry -> entry.build().repository()),
                column(batch, entry -> entry.build().version()),
                column(batch, entry -> entry.build().arch()),
                column(batch, Entry::day),
                column(batch, Entry::slot),
                column(
                        batch,
                        entry -> entry.number()
                                .map(number -> number.number().toString())
                                .orElse("")));
    }

    private static List<String> column(List<Entry> batch, Function<Entry, Object> value) {
        return batch.stream().map(entry -> value.apply(entry).toString()).toList();
    }
}
