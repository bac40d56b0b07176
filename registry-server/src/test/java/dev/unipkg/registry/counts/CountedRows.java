package dev.unipkg.registry.counts;

import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.List;

/// The rows about downloads in the database, for tests.
@ApplicationScoped
class CountedRows {

    private final Sql sql;
    private final DownloadSums sums;

    CountedRows(Sql sql, DownloadSums sums) {
        this.sql = sql;
        this.sums = sums;
    }

    /// The downloads of a package that are recorded, whether or not they are summed yet.
    long of(String repository) {
        return sql.query("""
            select coalesce(sum(c.downloads), 0)
            from (select repository_id, downloads from download_journal
                union all select repository_id, downloads from download_day
                union all select repository_id, downloads from download_month) as c
            join repository r on r.id = c.repository_id where r.namespace || '/' || r.name = ?
            """, row -> row.getLong(1), repository).getFirst();
    }

    /// The versions and architectures that have downloads, as in `1.0 arm64`, in order.
    List<String> builds(String repository) {
        addUp();
        return sql.query("""
            select d.version || ' ' || d.arch || ' ' || d.downloads from download_day d
            join repository r on r.id = d.repository_id where r.namespace || '/' || r.name = ? order by 1
            """, row -> row.getString(1), repository);
    }

    /// Records downloads of a past day.
    void add(String repository, LocalDate day, String version, long downloads) {
        sql.update("""
            insert into download_journal (repository_id, version, arch, day, downloads)
            select id, ?, 'x86_64', ?, ? from repository where namespace || '/' || name = ?
            """, version, day, downloads, repository);
    }

    /// Sums the journal up, here or on the server's own thread.
    void addUp() {
        while (count("download_journal") > 0) {
            sums.addJournal();
        }
    }

    void sumMonths() {
        sums.sumMonths();
    }

    void forgetNumbers() {
        sums.forgetNumbers();
    }

    /// The number of rows of a table.
    long count(String table) {
        return sql.query("select count(*) from " + table, row -> row.getLong(1)).getFirst();
    }

    void execute(String statement) {
        sql.update(statement);
    }
}
