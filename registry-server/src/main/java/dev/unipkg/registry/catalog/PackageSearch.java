package dev.unipkg.registry.catalog;

import dev.unipkg.api.PackageSummary;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
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
                (select string_agg(arch, ',' order by arch) from build where version_id = v.id) as archs
            from repository r
            cross join lateral (
                select v.id, v.version from version v
                left join tag t on t.repository_id = r.id and t.name = 'latest' and t.digest = v.digest
                where v.repository_id = r.id
                order by (t.name is null), v.prerelease, v.sort_key desc limit 1) v
            where r.kind = 'PACKAGE' and (r.namespace, r.name) > (?, ?)
                and (? = '' or r.namespace = ?)
                and (? = '' or exists (select 1 from build where version_id = v.id and arch = ?))
                and not exists (select 1 from unnest(string_to_array(?, ' ')) word
                    where position(word in lower(r.namespace || '/' || r.name || ' ' || coalesce(r.description, '')))
                        = 0)
            order by r.namespace, r.name limit ?
            """;

    /// Each is looked for in every package.
    public static final int MAX_WORDS = 10;

    private final Sql sql;

    PackageSearch(Sql sql) {
        this.sql = sql;
    }

    /// The search criteria.
    ///
    /// @param words that all stand in the name or the description, in lower case
    /// @param namespace of the package
    /// @param arch that the latest version has a build for
    public record Wanted(List<String> words, Optional<String> namespace, Optional<Arch> arch) {}

    /// Packages after the one given, by name, at most `limit`.
    public List<PackageSummary> find(Wanted wanted, Optional<PackageName> after, int limit) {
        String namespace = wanted.namespace().orElse("");
        String arch = wanted.arch().map(Arch::toString).orElse("");
        return sql.query(
                SELECT,
                PackageSearch::summary,
                after.map(PackageName::namespace).orElse(""),
                after.map(PackageName::name).orElse(""),
                namespace,
                namespace,
                arch,
                arch,
                String.join(" ", wanted.words()),
                limit);
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

    private static PackageSummary summary(ResultSet row) throws SQLException {
        return new PackageSummary(
                new PackageName(row.getString("namespace"), row.getString("name")),
                Optional.of(new Version(row.getString("version"))),
                Optional.ofNullable(row.getString("description")),
                Arrays.stream(row.getString("archs").split(",", -1))
                        .map(Arch::of)
                        .toList(),
                Optional.of(row.getTimestamp("updated").toInstant()));
    }
}
