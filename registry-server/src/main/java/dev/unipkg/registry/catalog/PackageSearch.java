package dev.unipkg.registry.catalog;

import dev.unipkg.api.PackageSummary;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
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
            where r.kind = 'PACKAGE' and (r.namespace, r.name) > (:namespaceAfter, :nameAfter)
                and (:namespace = '' or r.namespace = :namespace)
                and (:arch = '' or exists (select 1 from build where version_id = v.id and arch = :arch))
                and not exists (select 1 from unnest(string_to_array(:words, ' ')) word
                    where position(word in lower(r.namespace || '/' || r.name || ' ' || coalesce(r.description, '')))
                        = 0)
            order by r.namespace, r.name limit :limit
            """;

    /// Each is looked for in every package.
    public static final int MAX_WORDS = 10;

    private final EntityManager database;

    PackageSearch(EntityManager database) {
        this.database = database;
    }

    /// The search criteria.
    ///
    /// @param words that all stand in the name or the description, in lower case
    /// @param namespace of the package
    /// @param arch that the latest version has a build for
    public record Wanted(List<String> words, Optional<String> namespace, Optional<Arch> arch) {}

    /// Packages after the one given, by name, at most `limit`.
    public List<PackageSummary> find(Wanted wanted, Optional<PackageName> after, int limit) {
        List<Object[]> rows = database.createNativeQuery(SELECT, Object[].class)
                .setParameter(
                        "namespaceAfter", after.map(PackageName::namespace).orElse(""))
                .setParameter("nameAfter", after.map(PackageName::name).orElse(""))
                .setParameter("namespace", wanted.namespace().orElse(""))
                .setParameter("arch", wanted.arch().map(Arch::toString).orElse(""))
                .setParameter("words", String.join(" ", wanted.words()))
                .setParameter("limit", limit)
                .getResultList();
        return rows.stream().map(PackageSearch::summary).toList();
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

    private static PackageSummary summary(Object[] row) {
        return new PackageSummary(
                new PackageName((String) row[0], (String) row[1]),
                Optional.of(new Version((String) row[3])),
                Optional.ofNullable((String) row[2]),
                Arrays.stream(((String) row[5]).split(",", -1)).map(Arch::of).toList(),
                Optional.of((Instant) row[4]));
    }
}
