package dev.unipkg.registry.catalog;

import dev.unipkg.api.ApiList;
import dev.unipkg.api.Downloads;
import dev.unipkg.api.FileInfo;
import dev.unipkg.api.VersionSummary;
import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.registry.counts.DownloadCounts;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Queries that packages and kernel families share: versions, tags and the contents of builds.
@ApplicationScoped
public class Catalog {

    /// How many tags a package tells of; the OCI door lists all of them in pages.
    private static final int MAX_TAGS = 200;

    private final Sql sql;
    private final DownloadCounts downloads;

    Catalog(Sql sql, DownloadCounts downloads) {
        this.sql = sql;
        this.downloads = downloads;
    }

    /// The package that two parts of a path name.
    public static PackageName packageName(String namespace, String name) {
        if (!PackageName.isPart(namespace) || !PackageName.isPart(name)) {
            throw new Rejection.NotFound(Thing.PACKAGE, namespace + "/" + name).asException();
        }
        return new PackageName(namespace, name);
    }

    /// The package or kernel family of this name.
    public Repository require(PackageName name, Repository.Kind kind) {
        return Repository.named(name, kind)
                .orElseThrow(() -> new Rejection.NotFound(
                                kind == Repository.Kind.KERNEL ? Thing.KERNEL_FAMILY : Thing.PACKAGE,
                                kind == Repository.Kind.KERNEL ? name.name() : name.toString())
                        .asException());
    }

    /// The version that a version's name, a tag or a channel means.
    public PublishedVersion require(Repository repository, String versionOrTag) {
        return find(repository, versionOrTag)
                .orElseThrow(() -> new Rejection.NotFound(
                                repository.kind == Repository.Kind.KERNEL ? Thing.KERNEL_RELEASE : Thing.VERSION,
                                repository.packageName() + ":" + versionOrTag)
                        .asException());
    }

    private Optional<PublishedVersion> find(Repository repository, String versionOrTag) {
        if (Version.isVersion(versionOrTag)) {
            Optional<PublishedVersion> version = PublishedVersion.in(repository, new Version(versionOrTag));
            if (version.isPresent()) {
                return version;
            }
        }
        if (versionOrTag.equals(Tag.LATEST)) {
            return latest(repository);
        }
        return NamedTag.in(repository, versionOrTag).flatMap(tag -> PublishedVersion.in(repository, tag.digest));
    }

    /// The version that `latest` means: what the tag of that name was set to, else the highest version that is
    /// no pre-release, else the highest.
    public Optional<PublishedVersion> latest(Repository repository) {
        return NamedTag.in(repository, Tag.LATEST)
                .flatMap(tag -> PublishedVersion.in(repository, tag.digest))
                .or(() -> PublishedVersion.latestOf(repository));
    }

    /// The movable tags of a repository that point at versions, the first [#MAX_TAGS] by name.
    public SortedMap<String, Version> tags(Repository repository) {
        SortedMap<String, Version> tags = new TreeMap<>();
        sql.query("""
                select distinct on (t.name) t.name, v.version
                from tag t join version v on v.repository_id = t.repository_id and v.digest = t.digest
                where t.repository_id = ? and t.version_id is null
                order by t.name, v.sort_key desc limit ?
                """, row -> tags.put(row.getString(1), new Version(row.getString(2))), repository.id, MAX_TAGS);
        return tags;
    }

    /// A page of versions, the highest first.
    ///
    /// @param list what the versions are called
    public Response versions(Repository repository, Paging paging, ApiList<VersionSummary> list) {
        Optional<Version> after = cursor(paging.after());
        return paging.answer(
                list,
                count -> versions(repository, after, count),
                summary -> summary.version().text());
    }

    /// Versions below `after`, the highest first, at most `limit`.
    public List<VersionSummary> versions(Repository repository, Optional<Version> after, int limit) {
        return summaries(repository, PublishedVersion.below(repository, after, limit));
    }

    /// The files of a build after `after`, by path, at most `limit`: its layers over each other. Each layer gives as
    /// many as could be shown, in the order of its index, so that a page costs what it holds and not what the build
    /// holds.
    List<FileInfo> files(PublishedBuild build, String after, int limit) {
        return sql.query("""
            select distinct on (f.path) f.path, f.type, f.size, f.executable, f.target
            from build_layer l cross join lateral (
                select * from layer_file where layer = l.digest and path > ?
                order by path limit ?) f
            where l.build_id = ?
            order by f.path, l.position desc limit ?
            """, Catalog::file, after, limit, build.id, limit);
    }

    private static Optional<Version> cursor(String after) {
        if (after.isEmpty()) {
            return Optional.empty();
        }
        if (!Version.isVersion(after)) {
            throw new Rejection.BadRequest("after", "the cursor of a page, which is a version").asException();
        }
        return Optional.of(new Version(after));
    }

    private List<VersionSummary> summaries(Repository repository, List<PublishedVersion> versions) {
        Map<Long, List<Arch>> archs = new HashMap<>();
        sql.query(
                "select version_id, arch from build where version_id = any(?::bigint[]) order by arch",
                row -> archs.computeIfAbsent(row.getLong(1), _ -> new ArrayList<>())
                        .add(Arch.of(row.getString(2))),
                versions.stream().map(version -> version.id).toList());
        Map<Version, Downloads> counted = downloads.ofVersions(
                repository.id, versions.stream().map(version -> version.version).toList());
        return versions.stream()
                .map(version -> new VersionSummary(
                        version.version,
                        version.digest,
                        version.publishedAt,
                        archs.getOrDefault(version.id, List.of()),
                        Optional.ofNullable(counted.get(version.version))))
                .toList();
    }

    private static FileInfo file(ResultSet row) throws SQLException {
        return new FileInfo(
                row.getString("path"),
                FileInfo.Type.valueOf(row.getString("type").toUpperCase(Locale.ROOT)),
                row.getLong("size"),
                row.getBoolean("executable"),
                Optional.ofNullable(row.getString("target")));
    }
}
