package dev.unipkg.registry.catalog;

import dev.unipkg.api.Downloads;
import dev.unipkg.api.PackageSummary;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.counts.DownloadCounts;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds packages by words, namespace and architecture.
@ApplicationScoped
public class PackageSearch {

    // One row per package: its latest version is the one the tag `latest` names, else the highest that is no
    // pre-release, else the highest.
    private static final String SELECT = """
            select r.namespace, r.name, r.description, v.version,
                (select max(published_at) from version where repository_id = r.id) as updated,
                (select string_agg(arch, ',' order by arch) from build where version_id = v.id) as archs,
                -r.place as downloads,
                (select coalesce(sum(downloads), 0) from download_day where repository_id = r.id and day >= ?) as recent
            from (%s) as r
            cross join lateral (
                (select v.id, v.version, 1 as place
                from tag t join version v on v.repository_id = t.repository_id and v.digest = t.digest
                where t.repository_id = r.id and t.name = 'latest'
                order by v.prerelease, v.sort_key desc limit 1)
                union all
                (select v.id, v.version, 2 from version v
                where v.repository_id = r.id order by v.prerelease, v.sort_key desc limit 1)
                order by place limit 1) v
            where (? = '' or exists (select 1 from build where version_id = v.id and arch = ?))
            order by %s limit ?
            """;

    // The packages in their order. It is that of the whole statement, so versions are looked up for a page alone.
    private static final String PACKAGES = """
            select r.id, r.namespace, r.name, r.description, -coalesce(d.downloads, 0) as place
            from repository r left join download_total d on d.repository_id = r.id
            where r.kind = 'PACKAGE' and (? = '' or r.namespace = ?)
                and not exists (select 1 from unnest(string_to_array(?, ' ')) word
                    where position(word in lower(r.namespace || '/' || r.name || ' ' || coalesce(r.description, '')))
                        = 0)
                and %s
            order by %s
            """;

    private static final String BY_NAME = SELECT.formatted(
            PACKAGES.formatted("(r.namespace, r.name) > (?, ?)", "r.namespace, r.name"), "r.namespace, r.name");

    private static final String BY_DOWNLOADS = SELECT.formatted(
            PACKAGES.formatted(
                    "(-coalesce(d.downloads, 0), r.namespace, r.name) > (?, ?, ?)", "place, r.namespace, r.name"),
            "r.place, r.namespace, r.name");

    /// Each is looked for in every package.
    public static final int MAX_WORDS = 10;

    private final Sql sql;
    private final DownloadCounts downloads;

    PackageSearch(Sql sql, DownloadCounts downloads) {
        this.sql = sql;
        this.downloads = downloads;
    }

    /// The search criteria.
    ///
    /// @param words that all stand in the name or the description, in lower case
    /// @param namespace of the package
    /// @param arch that the latest version has a build for
    public record Wanted(List<String> words, Optional<String> namespace, Optional<Arch> arch) {}

    /// Packages after the one given, by name, at most `limit`.
    public List<PackageSummary> find(Wanted wanted, Optional<PackageName> after, int limit) {
        return select(
                BY_NAME,
                wanted,
                List.of(
                        after.map(PackageName::namespace).orElse(""),
                        after.map(PackageName::name).orElse("")),
                limit);
    }

    /// The place of a package in the list by downloads.
    public record Rank(long downloads, PackageName name) {}

    /// Whether downloads are counted, so that packages have a place in that list.
    public boolean isCounting() {
        return downloads.isCounting();
    }

    /// Packages behind the place given, the most downloaded first and then by name, at most `limit`.
    public List<PackageSummary> mostDownloaded(Wanted wanted, Optional<Rank> behind, int limit) {
        return select(
                BY_DOWNLOADS,
                wanted,
                List.of(
                        behind.map(rank -> -rank.downloads()).orElse(Long.MIN_VALUE),
                        behind.map(rank -> rank.name().namespace()).orElse(""),
                        behind.map(rank -> rank.name().name()).orElse("")),
                limit);
    }

    private List<PackageSummary> select(String statement, Wanted wanted, List<?> behind, int limit) {
        String namespace = wanted.namespace().orElse("");
        String arch = wanted.arch().map(Arch::toString).orElse("");
        List<Object> values =
                new ArrayList<>(List.of(downloads.recent(), namespace, namespace, String.join(" ", wanted.words())));
        values.addAll(behind);
        values.addAll(List.of(arch, arch, limit));
        return sql.query(statement, this::summary, values.toArray());
    }

    /// Reads the query parameter `q`.
    ///
    /// @throws RejectedException where it has more than [#MAX_WORDS] words
    public static List<String> words(String query) {
        List<String> words = List.of(query.toLowerCase(Locale.ROOT).strip().split("\\s+", MAX_WORDS + 1));
        if (words.size() > MAX_WORDS) {
            throw new Rejection.BadRequest("q", "at most " + MAX_WORDS + " words").asException();
        }
        return words;
    }

    private PackageSummary summary(ResultSet row) throws SQLException {
        return new PackageSummary(
                new PackageName(row.getString("namespace"), row.getString("name")),
                Optional.of(new Version(row.getString("version"))),
                Optional.ofNullable(row.getString("description")),
                Arrays.stream(row.getString("archs").split(",", -1))
                        .map(Arch::of)
                        .toList(),
                Optional.of(row.getTimestamp("updated").toInstant()),
                downloads.isCounting()
                        ? Optional.of(new Downloads(row.getLong("downloads"), row.getLong("recent")))
                        : Optional.empty());
    }
}
