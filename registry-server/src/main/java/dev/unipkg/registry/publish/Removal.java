package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.content.Leases;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Removes tags and manifests. Versions stay: a client that pinned one gets it.
@ApplicationScoped
public class Removal {

    /// Whether anything names the manifest `m`. A referrer lives as long as its subject.
    static final String NAMED = """
        (exists (select 1 from tag t where t.repository_id = m.repository_id and t.digest = m.digest)
        or exists (select 1 from manifest_link n where n.repository_id = m.repository_id and n.digest = m.digest)
        or exists (select 1 from build b join version v on v.id = b.version_id
            where b.digest = m.digest and v.repository_id = m.repository_id)
        or exists (select 1 from manifest s where s.repository_id = m.repository_id and s.digest = m.subject))
        """;

    private final Sql sql;
    private final RepositoryRow row;
    private final Leases leases;

    Removal(Sql sql, RepositoryRow row, Leases leases) {
        this.sql = sql;
        this.row = row;
        this.leases = leases;
    }

    /// Removes a movable tag.
    ///
    /// @return whether there was one
    /// @throws RefusedException when it is a version's
    @Transactional(rollbackOn = Exception.class)
    public boolean tag(Repository repository, String tag) throws RefusedException {
        row.lock(repository.id);
        requireNoVersion(repository, sql.query("""
                        select v.version from tag t join version v on v.id = t.version_id
                        where t.repository_id = ? and t.name = ?
                        """, result -> result.getString(1), repository.id, tag));
        List<Digest> named = sql.digests(
                "delete from tag where repository_id = ? and name = ? returning digest", repository.id, tag);
        loosen(repository.id, named);
        return !named.isEmpty();
    }

    /// Removes a manifest, the tags that name it and the referrers that it is the subject of, and the repository with
    /// the last manifest.
    ///
    /// @return the references that are gone: digests and tags; none where there was no such manifest
    /// @throws RefusedException when it is a version, or one of its builds
    @Transactional(rollbackOn = Exception.class)
    public List<String> manifest(Repository repository, Digest digest) throws RefusedException {
        row.lock(repository.id);
        requireNoVersion(repository, versionsOf(repository, digest));
        List<String> gone = new ArrayList<>(sql.query(
                "delete from tag where repository_id = ? and digest = ? returning name",
                result -> result.getString(1),
                repository.id,
                digest));
        drop(repository.id, List.of(digest)).forEach(dropped -> gone.add(dropped.toString()));
        return gone;
    }

    /// Removes manifests with their referrers, and the repository with the last one. Their content is the sweep's. The
    /// caller holds the repository's row.
    ///
    /// @return the digests of those that are gone
    @Transactional(Transactional.TxType.MANDATORY)
    Set<Digest> drop(Long repository, Collection<Digest> digests) {
        Set<Digest> dropped = new TreeSet<>();
        Collection<Digest> next = digests;
        while (!next.isEmpty()) {
            Set<Digest> lost = new TreeSet<>(sql.digests("""
                select n.digest from manifest_link n join manifest m on m.id = n.manifest_id
                where m.repository_id = ? and m.digest = any(?)
                """, repository, next));
            List<Digest> gone = sql.digests(
                    "delete from manifest where repository_id = ? and digest = any(?) returning digest",
                    repository,
                    next);
            dropped.addAll(gone);
            loosen(repository, lost);
            lost.addAll(gone);
            leases.condemn(lost);
            next = sql.digests("""
                select m.digest from manifest m where m.repository_id = ? and m.subject = any(?) and not %s
                """.formatted(NAMED), repository, gone);
        }
        row.dropIfEmpty(repository);
        return dropped;
    }

    /// Marks manifests that have lost a name, for the sweep to look at.
    @Transactional(Transactional.TxType.MANDATORY)
    void loosen(Long repository, Collection<Digest> digests) {
        sql.update("""
            update manifest set unnamed_since = now()
            where repository_id = ? and digest = any(?) and unnamed_since is null
            """, repository, digests);
    }

    private List<String> versionsOf(Repository repository, Digest digest) {
        return sql.query("""
            select v.version from version v left join build b on b.version_id = v.id
            where v.repository_id = ? and (v.digest = ? or b.digest = ?) limit 1
            """, result -> result.getString(1), repository.id, digest, digest);
    }

    private static void requireNoVersion(Repository repository, List<String> versions) throws RefusedException {
        if (!versions.isEmpty()) {
            throw new PublishRefusal.VersionStays(repository.packageName(), new Version(versions.getFirst()))
                    .asException();
        }
    }
}
