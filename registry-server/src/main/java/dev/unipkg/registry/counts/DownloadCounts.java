package dev.unipkg.registry.counts;

import dev.unipkg.api.DownloadPeriod;
import dev.unipkg.api.DownloadSeries;
import dev.unipkg.api.Downloads;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Version;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tells how often packages, versions and builds were downloaded. A download shows about a second after it was counted.
@ApplicationScoped
public class DownloadCounts {

    private static final int RECENT_DAYS = 30;

    private final Sql sql;
    private final Clock clock;
    private final boolean counting;

    DownloadCounts(Sql sql, Clock clock, Settings settings) {
        this.sql = sql;
        this.clock = clock;
        this.counting = settings.countDownloads();
    }

    /// Whether this registry counts.
    public boolean isCounting() {
        return counting;
    }

    /// Today in UTC, as downloads are counted.
    public LocalDate today() {
        return LocalDate.now(clock);
    }

    /// The first of the days that count as recent.
    public LocalDate recent() {
        return today().minusDays(RECENT_DAYS - 1L);
    }

    /// The downloads of a repository, where they are counted.
    public Optional<Downloads> ofRepository(long repository) {
        return !counting
                ? Optional.empty()
                : sql
                        .query(
                                """
                            select coalesce((select downloads from download_total where repository_id = ?), 0),
                                coalesce((select sum(downloads) from download_day where repository_id = ? and day >= ?), 0)
                            """,
                                row -> new Downloads(row.getLong(1), row.getLong(2)),
                                repository,
                                repository,
                                recent())
                        .stream()
                        .findFirst();
    }

    /// The downloads of versions of a repository; empty where they are not counted.
    public Map<Version, Downloads> ofVersions(long repository, Collection<Version> versions) {
        Map<Version, Downloads> found = new HashMap<>();
        if (counting) {
            versions.forEach(version -> found.put(version, Downloads.NONE));
            sql.query(
                    """
                    select version, sum(downloads), coalesce(sum(downloads) filter (where day >= ?), 0)
                    from (select version, day, downloads from download_day
                            where repository_id = ? and version = any (?)
                        union all select version, month, downloads from download_month
                            where repository_id = ? and version = any (?)) as counted
                    group by version
                    """,
                    row -> found.put(new Version(row.getString(1)), new Downloads(row.getLong(2), row.getLong(3))),
                    recent(),
                    repository,
                    versions,
                    repository,
                    versions);
        }
        return found;
    }

    /// The subject of a series.
    ///
    /// @param repository the id of its row
    /// @param to not before `from`
    public record Wanted(
            long repository, LocalDate from, LocalDate to, Optional<Version> version, Optional<Arch> arch) {}

    /// The downloads by day and, where days are no longer kept apart, by month.
    public DownloadSeries series(Wanted wanted) {
        LocalDate firstDay = DownloadSums.firstDay(today());
        LocalDate begin = wanted.from().isBefore(firstDay) ? wanted.from().withDayOfMonth(1) : wanted.from();
        Map<LocalDate, Long> found = find(wanted, begin, firstDay);
        List<DownloadPeriod> periods = new ArrayList<>();
        long downloads = 0;
        for (LocalDate first = begin; !first.isAfter(wanted.to()); ) {
            LocalDate next = first.isBefore(firstDay) ? first.plusMonths(1) : first.plusDays(1);
            long counted = found.getOrDefault(first, 0L);
            periods.add(new DownloadPeriod(first, next.minusDays(1), counted));
            downloads += counted;
            first = next;
        }
        return new DownloadSeries(wanted.from(), wanted.to(), downloads, periods);
    }

    /// The sums by the first day of each period. Days that wait to be summed by month count for it already.
    private Map<LocalDate, Long> find(Wanted wanted, LocalDate begin, LocalDate firstDay) {
        Map<LocalDate, Long> found = new HashMap<>();
        String version = wanted.version().map(Version::text).orElse("");
        String arch = wanted.arch().map(Arch::toString).orElse("");
        LocalDate end = wanted.to().isBefore(firstDay)
                ? wanted.to().withDayOfMonth(wanted.to().lengthOfMonth())
                : wanted.to();
        sql.query(
                """
                select case when day < ? then date_trunc('month', day)::date else day end as first, sum(downloads)
                from (select repository_id, day, version, arch, downloads from download_day
                    union all select repository_id, month, version, arch, downloads from download_month) as counted
                where repository_id = ? and day between ? and ?
                    and (? = '' or version = ?) and (? = '' or arch = ?)
                group by 1
                """,
                row -> found.put(row.getObject(1, LocalDate.class), row.getLong(2)),
                firstDay,
                wanted.repository(),
                begin,
                end,
                version,
                version,
                arch,
                arch);
        return found;
    }
}
