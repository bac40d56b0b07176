package dev.unipkg.registry.counts;

import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.LocalDate;

/// Keeps the sums of downloads: adds up the journal, sums long past days by month, and empties the tables of pull
/// numbers whose day is over. Each step does a part of the work and tells whether there may be more.
@ApplicationScoped
class DownloadSums {

    /// How many rows one statement moves.
    private static final int ROWS = 10_000;

    /// The least time for which days are kept apart.
    static final int DAYS_KEPT = 90;

    // The number of an advisory lock, which begins with the bytes of "upk"; any will do.
    private static final long ONE_AT_A_TIME = 0x75706b_0001L;

    private final Sql sql;
    private final Clock clock;

    DownloadSums(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /// The first day that is kept by itself: the beginning of the month that was 90 days ago. The days of all months
    /// before are summed.
    static LocalDate firstDay(LocalDate today) {
        return today.minusDays(DAYS_KEPT).withDayOfMonth(1);
    }

    /// Moves rows of the journal into the sums, in one transaction.
    ///
    /// @return whether there may be more
    @Transactional
    boolean addJournal() {
        lock();
        return sql.query("""
                with taken as (delete from download_journal
                    where ctid = any (array(select ctid from download_journal limit ?))
                    returning repository_id, day, version, arch, downloads),
                summed as (select t.repository_id, t.day, t.version, t.arch, sum(t.downloads) as downloads
                    from taken t join repository r on r.id = t.repository_id group by 1, 2, 3, 4),
                days as (insert into download_day as d (repository_id, day, version, arch, downloads)
                    select * from summed
                    on conflict (repository_id, day, version, arch)
                    do update set downloads = d.downloads + excluded.downloads),
                totals as (insert into download_total as t (repository_id, downloads)
                    select repository_id, sum(downloads) from summed group by 1
                    on conflict (repository_id) do update set downloads = t.downloads + excluded.downloads)
                select count(*) from taken
                """, row -> row.getLong(1), ROWS).getFirst() == ROWS;
    }

    /// Moves days of long past months into the sums of these months, in one transaction.
    ///
    /// @return whether there may be more
    @Transactional
    boolean sumMonths() {
        lock();
        return sql.query("""
                with taken as (delete from download_day
                    where ctid = any (array(select ctid from download_day where day < ? limit ?))
                    returning repository_id, day, version, arch, downloads),
                months as (insert into download_month as m (repository_id, month, version, arch, downloads)
                    select repository_id, date_trunc('month', day)::date, version, arch, sum(downloads)
                    from taken group by 1, 2, 3, 4
                    on conflict (repository_id, month, version, arch)
                    do update set downloads = m.downloads + excluded.downloads)
                select count(*) from taken
                """, row -> row.getLong(1), firstDay(LocalDate.now(clock)), ROWS)
                        .getFirst()
                == ROWS;
    }

    /// Forgets the pull numbers of the day that comes next but one in the turn of the tables, which are those of the
    /// day before yesterday.
    @Transactional
    void forgetNumbers() {
        String over = "pull_number_" + DownloadJournal.slot(LocalDate.now(clock).plusDays(2));
        if (!sql.query("select 1 from " + over + " limit 1", row -> true).isEmpty()) {
            sql.update("truncate table " + over);
        }
    }

    /// Waits for another server that does the same, so that no two change the same rows.
    private void lock() {
        sql.query("select pg_advisory_xact_lock(?)", row -> true, ONE_AT_A_TIME);
    }
}
