package dev.unipkg.registry.ops;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.registry.counts.CountedBuild;
import dev.unipkg.registry.counts.DownloadCounts;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The builds that ops can load, from the catalog: those for an architecture that ops knows, whose program runs on
/// Nanos
/// as root.
///
/// Packages named `manifests` or `referrers` are left out, because the paths of their tarballs are paths of the OCI
/// API.
@ApplicationScoped
class OpsBuilds {

    /// The most builds that a search finds. All are in one answer, since ops knows no pages.
    static final int MAX_FOUND = 50_000;

    /// How many versions are read for the list of everything at a time.
    private static final int VERSIONS_AT_ONCE = 5000;

    // The conditions on configs come last, and builds are looked up version by version: the database cannot guess how
    // few builds a condition on a config leaves out, and would read the configs of all packages for one of them.
    private static final String SELECT = """
        select b.id, v.repository, v.namespace, v.name, v.version, b.arch, b.digest, v.description, v.published_at,
            v.sort_key, t.digest as tarball, t.size, %s as downloads
        from (%s) v
        left join lateral (select * from build where version_id = v.id and arch in ('x86_64', 'arm64') offset 0) b on
            coalesce(b.config::jsonb #>> '{unikernel,kernel,family}', 'nanos') = 'nanos'
            and coalesce(b.config::jsonb #>> '{config,User}', '')
                in ('', 'root', '0', 'root:root', 'root:0', '0:root', '0:0')
        left join ops_tarball t on t.build_id = b.id
        """;

    private static final String DOWNLOADS = """
        (select coalesce(sum(d.downloads), 0)::bigint from (
            select downloads from download_day
                where repository_id = v.repository and version = v.version and arch = b.arch
            union all select downloads from download_month
                where repository_id = v.repository and version = v.version and arch = b.arch) as d)
        """;

    private static final String NO_DOWNLOADS = "null::bigint";

    private static final String VERSION = """
        select r.id as repository, r.namespace, r.name, r.description, v.id, v.version, v.sort_key, v.prerelease,
            v.published_at, %s as place
        from repository r %s
        where r.kind = 'PACKAGE' and r.name not in ('manifests', 'referrers') and
        """;

    private static final String VERSIONS = VERSION.formatted("0", "join version v on v.repository_id = r.id");

    // In the order of places: the version of that text, what the tag of that name points at, the other spelling.
    private static final String NAMED =
            SELECT.formatted(NO_DOWNLOADS, VERSION.formatted("n.place", """
            cross join lateral (
                select id, 1 as place from version where repository_id = r.id and version = ?
                union all select w.id, 2 from tag g
                    join version w on w.repository_id = g.repository_id and w.digest = g.digest
                    where g.repository_id = r.id and g.name = ?
                union all select id, 3 from version where repository_id = r.id and version = ?) n
            join version v on v.id = n.id
            """) + "r.namespace = ? and r.name = ?")
                    + "where b.arch = ? order by v.place, v.prerelease, v.sort_key desc limit 1";

    private static final String LATEST = SELECT.formatted(
                    NO_DOWNLOADS, VERSIONS + "r.namespace = ? and r.name = ? order by v.prerelease, v.sort_key desc")
            + "where b.arch = ? order by v.prerelease, v.sort_key desc limit 1";

    private static final String EXACTLY =
            SELECT.formatted(NO_DOWNLOADS, VERSIONS + "r.namespace = ? and r.name = ? and v.version = ?")
                    + "where b.arch = ?";

    private static final String SEARCH = """
        select * from (%s where (? = '' and b.id is not null or b.arch = ?) limit ?) as found
        order by namespace, name, sort_key, arch
        """;

    private static final String FOUND = """
        select r.id as repository, r.namespace, r.name, r.description, v.id, v.version, v.sort_key, v.published_at
        from (select * from repository where kind = 'PACKAGE' and name not in ('manifests', 'referrers')
                and not exists (select 1 from unnest(string_to_array(?, ' ')) word
                    where position(word in lower(namespace || '/' || name || ' ' || coalesce(description, ''))) = 0)
                offset 0) r
            cross join lateral (select * from version where repository_id = r.id offset 0) v
        """;

    private static final String PAGE = VERSIONS + """
        (r.namespace, r.name) >= (?, ?) and (r.namespace, r.name, v.sort_key) > (?, ?, ?)
        order by r.namespace, r.name, v.sort_key limit ?
        """;

    private final Sql sql;

    /// Selects builds for a search.
    private final String search;

    /// Selects builds of some versions for the list of everything.
    private final String page;

    OpsBuilds(Sql sql, DownloadCounts counts) {
        this.sql = sql;
        String downloads = counts.isCounting() ? DOWNLOADS : NO_DOWNLOADS;
        this.search = SEARCH.formatted(SELECT.formatted(downloads, FOUND));
        this.page = SELECT.formatted(downloads, PAGE) + "order by v.namespace, v.name, v.sort_key, b.arch";
    }

    /// The build that a client asks for.
    ///
    /// @param version as a person wrote it: a version, with or without a `v` in front, a tag, or `latest`, which is
    ///     what the tag of that name points at, else the highest version with such a build that is no pre-release,
    ///     else the highest
    Optional<OpsBuild> find(PackageName name, Arch arch, String version) {
        String otherSpelling = version.startsWith("v") ? version.substring(1) : "v" + version;
        Optional<OpsBuild> named =
                one(NAMED, version, version, otherSpelling, name.namespace(), name.name(), arch.toString());
        return named.isPresent() || !version.equals(Tag.LATEST)
                ? named
                : one(LATEST, name.namespace(), name.name(), arch.toString());
    }

    /// The build of exactly this version.
    Optional<OpsBuild> exactly(PackageName name, Arch arch, String version) {
        return one(EXACTLY, name.namespace(), name.name(), version, arch.toString());
    }

    private Optional<OpsBuild> one(String statement, Object... values) {
        return sql.query(statement, OpsBuilds::build, values).stream().findFirst();
    }

    /// The builds of all packages in whose names or descriptions all words stand, at most one more than [#MAX_FOUND].
    ///
    /// @param words in lower case
    List<OpsBuild> search(List<String> words, Optional<Arch> arch) {
        String only = arch.map(Arch::toString).orElse("");
        return sql.query(search, OpsBuilds::build, String.join(" ", words), only, only, MAX_FOUND + 1);
    }

    /// The place of a version in the list of everything, and the build that the row has, if ops can load one.
    private record Listed(PackageName name, String sortKey, Optional<OpsBuild> build) {}

    /// Shows all builds, by package and version, for as long as the visitor wants more. Some thousand are in memory at
    /// once.
    void forEach(Predicate<OpsBuild> visitor) {
        List<Listed> rows = page("", "", "");
        while (!rows.isEmpty()) {
            for (Listed row : rows) {
                if (row.build().isPresent() && !visitor.test(row.build().get())) {
                    return;
                }
            }
            Listed last = rows.getLast();
            rows = page(last.name().namespace(), last.name().name(), last.sortKey());
        }
    }

    private List<Listed> page(String namespace, String name, String sortKey) {
        return sql.query(
                page,
                row -> new Listed(
                        new PackageName(row.getString("namespace"), row.getString("name")),
                        row.getString("sort_key"),
                        row.getString("arch") == null ? Optional.empty() : Optional.of(build(row))),
                namespace,
                name,
                namespace,
                name,
                sortKey,
                VERSIONS_AT_ONCE);
    }

    /// A text that changes with the versions there are and with the tarballs that have been made. A version may commit
    /// after one of a higher number, so both are in it, how many there are and the last one.
    String stamp() {
        return sql.query("""
                        select (select coalesce(sum(versions), 0) from repository) || ' '
                            || (select coalesce(max(id), 0) from version) || ' ' || (select count(*) from ops_tarball)
                        """, row -> row.getString(1)).getFirst();
    }

    private static OpsBuild build(ResultSet row) throws SQLException {
        Optional<String> digest = Optional.ofNullable(row.getString("tarball"));
        long size = row.getLong("size");
        long downloads = row.getLong("downloads");
        boolean counted = !row.wasNull();
        return new OpsBuild(
                row.getLong("id"),
                new PackageName(row.getString("namespace"), row.getString("name")),
                new CountedBuild(
                        row.getLong("repository"),
                        new Version(row.getString("version")),
                        Arch.of(row.getString("arch")),
                        Digest.parse(row.getString("digest"))),
                Optional.ofNullable(row.getString("description")),
                row.getTimestamp("published_at").toInstant(),
                digest.map(text -> new Tarball(Digest.parse(text), size)),
                counted ? Optional.of(downloads) : Optional.empty());
    }
}
