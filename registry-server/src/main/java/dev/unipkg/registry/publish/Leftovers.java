package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.registry.catalog.Repository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Drops the builds that a refused push brought and that no version, index or tag names, so that their blobs can
/// be given back. What another push brought as well stays, since each push has a claim of its own.
@ApplicationScoped
class Leftovers {

    private final EntityManager database;
    private final DigestLocks locks;
    private final HeldBlobs blobs;

    Leftovers(EntityManager database, DigestLocks locks, HeldBlobs blobs) {
        this.database = database;
        this.locks = locks;
        this.blobs = blobs;
    }

    /// Drops the builds with their bytes, and the repository where nothing is left in it.
    ///
    /// @param refused the digest of the refused document
    /// @param mentioned the digests that stand in it; a few, because each that is a build takes a lock until the
    ///     transaction ends
    /// @return the blobs to give back: those mentioned, and those that a dropped build named
    @Transactional(rollbackOn = Exception.class)
    Set<Digest> dropBuilds(PackageName repository, Digest refused, Collection<Digest> mentioned) throws IOException {
        Set<Digest> unnamed = new TreeSet<>(mentioned);
        Set<Digest> bytes = new TreeSet<>(List.of(refused));
        Optional<Repository> existing = Repository.named(repository);
        if (existing.isPresent()) {
            Long id = existing.get().id;
            lock(id);
            Set<Digest> builds = locks.mayDrop(builds(id, mentioned));
            if (!builds.isEmpty()) {
                giveBack(id, builds);
                for (List<Dropped> dropped = drop(id, builds); !dropped.isEmpty(); dropped = drop(id, builds)) {
                    dropped.forEach(build -> {
                        bytes.add(build.digest());
                        build.named().ifPresent(unnamed::add);
                    });
                }
            }
            dropIfEmpty(id);
        }
        blobs.dropUnused(bytes);
        return unnamed;
    }

    // Locked first, as whoever records or removes a manifest does: the deletions then see what a push that held the
    // row has brought, and nobody waits in a circle.
    private void lock(Long repository) {
        database.createNativeQuery("select id from repository where id = :id for update")
                .setParameter("id", repository)
                .getResultList();
    }

    private Set<Digest> builds(Long repository, Collection<Digest> digests) {
        return DigestLocks.digests(database.createNativeQuery("""
                        select digest from manifest where repository_id = :repository
                        and artifact_type is not null and digest = any(cast(:digests as text[]))
                        """, String.class)
                .setParameter("repository", repository)
                .setParameter("digests", DigestLocks.texts(digests))
                .getResultList());
    }

    private void giveBack(Long repository, Set<Digest> builds) {
        database.createNativeQuery("""
                        update manifest set claims = claims - 1
                        where repository_id = :repository and digest = any(cast(:digests as text[]))
                        """)
                .setParameter("repository", repository)
                .setParameter("digests", DigestLocks.texts(builds))
                .executeUpdate();
    }

    /// A build that was dropped, and a blob that it named, if it named any.
    private record Dropped(Digest digest, Optional<Digest> named) {}

    /// Drops the builds that nobody claims and nothing names. To be repeated until it drops none: what only a build
    /// named that is dropped now is seen to be free the next time.
    private List<Dropped> drop(Long repository, Set<Digest> builds) {
        List<?> rows = database.createNativeQuery("""
                        with dropped as (delete from manifest m
                            where m.repository_id = :repository and m.digest = any(cast(:digests as text[]))
                            and m.claims <= 0
                            and not exists (select 1 from tag t
                                where t.repository_id = m.repository_id and t.digest = m.digest)
                            and not exists (select 1 from manifest_link l join manifest p on p.id = l.manifest_id
                                where l.digest = m.digest and p.repository_id = m.repository_id)
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

    private void dropIfEmpty(Long repository) {
        database.createNativeQuery("""
                        delete from repository r where r.id = :id
                        and not exists (select 1 from manifest where repository_id = r.id)
                        and not exists (select 1 from version where repository_id = r.id)
                        """).setParameter("id", repository).executeUpdate();
    }
}
