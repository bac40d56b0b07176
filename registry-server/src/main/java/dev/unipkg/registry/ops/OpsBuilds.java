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
import java.util.function.Consumer;

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

    private static final int PACKAGES_AT_ONCE = 500;

    private static final String SELECT = """
        select b.id, r.id as repository, r.namespace, r.name, v.version, b.arch, b.digest, r.description,
            v.published_at, t.digest as tarball, t.size, %s as downloads
        from repository r join version v on v.repository_id = r.id join build b on b.version_id = v.id
        left join ops_tarball t on t.build_id = b.id
        where r.kind = 'PACKAGE' and r.name not in ('manifests', 'referrers') and b.arch in ('x86_64', 'arm64')
        and coalesce(b.config::jsonb #>> '{unikernel,kernel,family}', 'nanos') = 'nanos'
        and coalesce(b.config::jsonb #>> '{config,User}', '')
            in ('', 'root', '0', 'root:root', 'root:0', '0:root', '0:0')
        """;

    private static final String ONE = SELECT.formatted("null::bigint");

    private static final String WITH_DOWNLOADS = SELECT.formatted("""
        (select coalesce(sum(d.downloads), 0)::bigint from (
            select downloads from download_day
                where repository_id = r.id and version = v.version and arch = b.arch
            union all select downloads from download_month
                where repository_id = r.id and version = v.version and arch = b.arch) as d)
        """);

    private static final String ORDER = " order by r.namespace, r.name, v.sort_key, b.arch";

    private final Sql sql;

    /// Selects builds for lists.
    private final String listed;

    OpsBuilds(Sql sql, DownloadCounts counts) {
        this.sql = sql;
        this.listed = counts.isCounting() ? WITH_DOWNLOADS : ONE;
    }

    /// The build that a client asks for.
    ///
    /// @param version as a person wrote it: a version, with or without a `v` in front, a tag, or `latest`, which is
    ///     what the tag of that name points at, else the highest version with such a build that is no pre-release,
    ///     else the highest
    Optional<OpsBuild> find(PackageName name, Arch arch, String version) {
        String otherSpelling = version.startsWith("v") ? version.substring(1) : "v" + version;
        return sql
                .query(
                        ONE + """
                        and r.namespace = ? and r.name = ? and b.arch = ?
                        and (v.version = any(?) or ? or exists (select 1 from tag g
                            where g.repository_id = r.id and g.name = ? and g.digest = v.digest))
                        order by v.version = ? desc, exists (select 1 from tag g
                            where g.repository_id = r.id and g.name = ? and g.digest = v.digest) desc,
                            v.prerelease, v.sort_key desc limit 1
                        """,
                        OpsBuilds::build,
                        name.namespace(),
                        name.name(),
                        arch.toString(),
                        List.of(version, otherSpelling),
                        version.equals(Tag.LATEST),
                        version,
                        version,
                        version)
                .stream()
                .findFirst();
    }

    /// The build of exactly this version.
    Optional<OpsBuild> exactly(PackageName name, Arch arch, String version) {
        return sql
                .query(
                        ONE + " and r.namespace = ? and r.name = ? and b.arch = ? and v.version = ?",
                        OpsBuilds::build,
                        name.namespace(),
                        name.name(),
                        arch.toString(),
                        version)
                .stream()
                .findFirst();
    }

    /// The builds of all packages in whose names or descriptions all words stand, at most one more than [#MAX_FOUND].
    ///
    /// @param words in lower case
    List<OpsBuild> search(List<String> words, Optional<Arch> arch) {
        String only = arch.map(Arch::toString).orElse("");
        return sql.query(
                listed + """
                and (? = '' or b.arch = ?)
                and not exists (select 1 from unnest(string_to_array(?, ' ')) word
                    where position(word in lower(r.namespace || '/' || r.name || ' ' || coalesce(r.description, '')))
                        = 0)
                """ + ORDER + " limit ?",
                OpsBuilds::build,
                only,
                only,
                String.join(" ", words),
                MAX_FOUND + 1);
    }

    /// Shows all builds, by package and version. Some hundred packages are in memory at once.
    void forEach(Consumer<OpsBuild> visitor) {
        PackageName last = null;
        List<PackageName> names;
        do {
            names = sql.query(
                    """
                    select namespace, name from repository where kind = 'PACKAGE' and (namespace, name) > (?, ?)
                    order by namespace, name limit ?
                    """,
                    row -> new PackageName(row.getString(1), row.getString(2)),
                    last == null ? "" : last.namespace(),
                    last == null ? "" : last.name(),
                    PACKAGES_AT_ONCE);
            if (!names.isEmpty()) {
                PackageName first = names.getFirst();
                last = names.getLast();
                sql.query(
                                listed + " and (r.namespace, r.name) >= (?, ?) and (r.namespace, r.name) <= (?, ?)"
                                        + ORDER,
                                OpsBuilds::build,
                                first.namespace(),
                                first.name(),
                                last.namespace(),
                                last.name())
                        .forEach(visitor);
            }
        } while (names.size() == PACKAGES_AT_ONCE);
    }

    /// A text that changes with the builds there are and with the tarballs that have been made. A version that commits
    /// after a later one may not change it.
    String stamp() {
        return sql.query("""
                        select (select coalesce(max(id), 0) from version) || ' ' || (select count(*) from ops_tarball)
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
