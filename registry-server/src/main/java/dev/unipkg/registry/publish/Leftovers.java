package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.content.DigestLocks;
import dev.unipkg.registry.content.HeldBlobs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Drops the builds that a refused push brought and that no version, index, tag or referrer names, so that their blobs
/// can be given back. What another push brought as well stays, since each push has a claim of its own.
@ApplicationScoped
class Leftovers {

    private final EntityManager database;
    private final RepositoryRow row;
    private final DigestLocks locks;
    private final HeldBlobs blobs;
    private final Clock clock;

    Leftovers(EntityManager database, RepositoryRow row, DigestLocks locks, HeldBlobs blobs, Clock clock) {
        this.database = database;
        this.row = row;
        this.locks = locks;
        this.blobs = blobs;
        this.clock = clock;
    }

    /// Drops the builds with their bytes, and the repository where nothing is left in it.
    ///
    /// @param refused the digest of the refused document
    /// @param manifests those that it is made of; a few, because each that is dropped takes a lock until the
    ///     transaction ends
    /// @return the blobs that the dropped builds named, to be given back
    @Transactional(rollbackOn = Exception.class)
    Set<Digest> dropBuilds(PackageName repository, Digest refused, Collection<Digest> manifests) throws IOException {
        Set<Digest> unnamed = new TreeSet<>();
        Set<Digest> bytes = new TreeSet<>(List.of(refused));
        Optional<Repository> existing = Repository.named(repository);
        if (existing.isPresent()) {
            Long id = existing.get().id;
            row.lock(id);
            Set<Digest> builds = locks.mayDrop(builds(id, manifests));
            if (!builds.isEmpty()) {
                giveBack(id, builds);
                for (Dropped build : drop(id, builds)) {
                    bytes.add(build.digest());
                    build.named().ifPresent(unnamed::add);
                }
            }
            row.dropIfEmpty(id);
        }
        blobs.dropUnused(bytes);
        return unnamed;
    }

    /// Those that only ever were parts of a version that did not come about. What its publisher was told is stored, and
    /// may stand for itself, is no build, or older than a push lasts.
    private Set<Digest> builds(Long repository, Collection<Digest> digests) {
        return DigestLocks.digests(database.createNativeQuery("""
                        select digest from manifest where repository_id = :repository
                        and digest = any(cast(:digests as text[])) and artifact_type = any(cast(:types as text[]))
                        and media_type <> all(cast(:indexes as text[])) and pushed_at > :earliest
                        """, String.class)
                .setParameter("repository", repository)
                .setParameter("digests", DigestLocks.texts(digests))
                .setParameter("types", new String[] {MediaTypes.PACKAGE, MediaTypes.KERNEL})
                .setParameter("indexes", new String[] {MediaTypes.IMAGE_INDEX, MediaTypes.DOCKER_MANIFEST_LIST})
                .setParameter("earliest", clock.instant().minus(HeldBlobs.OF_ONE_PUSH))
                .getResultList());
    }

    private void giveBack(Long repository, Set<Digest> builds) {
        database.createNativeQuery("""
                        update manifest set claims = greatest(claims - 1, 0)
                        where repository_id = :repository and digest = any(cast(:digests as text[]))
                        """)
                .setParameter("repository", repository)
                .setParameter("digests", DigestLocks.texts(builds))
                .executeUpdate();
    }

    /// A build that was dropped, and a blob that it named, if it named any.
    private record Dropped(Digest digest, Optional<Digest> named) {}

    /// Drops the builds that nobody claims and nothing names or refers to.
    private List<Dropped> drop(Long repository, Set<Digest> builds) {
        List<?> rows = database.createNativeQuery("""
                        with dropped as (delete from manifest m
                            where m.repository_id = :repository and m.digest = any(cast(:digests as text[]))
                            and m.claims <= 0
                            and not exists (select 1 from tag t
                                where t.repository_id = m.repository_id and t.digest = m.digest)
                            and not exists (select 1 from manifest_link l join manifest p on p.id = l.manifest_id
                                where l.digest = m.digest and p.repository_id = m.repository_id)
                            and not exists (select 1 from manifest r
                                where r.repository_id = m.repository_id and r.subject = m.digest)
                            and not exists (select 1 from build b join version v on v.id = b.version_id
                                where b.digest = m.digest and v.repository_id = m.repository_id)
                            returning m.id, m.digest)
                        select d.digest, l.digest as named from dropped d left join manifest_link l on l.manifest_id = d.id
                        """)
                .setParameter("repository", repository)
                .setParameter("digests", DigestLocks.texts(builds))
                .getResultList();
        return rows.stream()
                .map(row -> (Object[]) row)
                .map(row -> new Dropped(
                        Digest.parse((String) row[0]),
                        Optional.ofNullable((String) row[1]).map(Digest::parse)))
                .toList();
    }
}
