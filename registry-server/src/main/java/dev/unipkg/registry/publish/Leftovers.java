package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.catalog.StoredManifest;
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

    /// Drops the builds, and the repository where nothing is left in it.
    ///
    /// @param refused the digest of the refused document
    /// @param mentioned the digests that stand in it
    /// @return the blobs to give back: those mentioned, and those that a dropped build named
    @Transactional(rollbackOn = Exception.class)
    Set<Digest> dropBuilds(PackageName repository, Digest refused, Collection<Digest> mentioned) throws IOException {
        Set<Digest> unnamed = new TreeSet<>(mentioned);
        Optional<Repository> existing = Repository.named(repository);
        if (existing.isPresent()) {
            lock(existing.get());
            for (Digest digest : mentioned) {
                unnamed.addAll(giveBackBuild(existing.get(), digest));
            }
            dropIfEmpty(existing.get());
        }
        blobs.dropUnused(List.of(refused));
        return unnamed;
    }

    // Locked first, as whoever records or removes a manifest does: the deletions then see what a push that held the
    // row has brought, and nobody waits in a circle.
    private void lock(Repository repository) {
        database.createNativeQuery("select id from repository where id = :id for update")
                .setParameter("id", repository.id)
                .getResultList();
    }

    /// Gives back a claim on a build, and drops it where that was the last.
    ///
    /// @return the blobs that the dropped build named
    private Collection<Digest> giveBackBuild(Repository repository, Digest digest) {
        Optional<StoredManifest> build =
                StoredManifest.in(repository, digest).filter(manifest -> manifest.artifactType != null);
        if (build.isEmpty() || !locks.mayDrop(digest)) {
            return List.of();
        }
        Long id = build.get().id;
        List<Digest> links = database
                .createNativeQuery("select digest from manifest_link where manifest_id = :id", String.class)
                .setParameter("id", id)
                .getResultList()
                .stream()
                .map(text -> Digest.parse((String) text))
                .toList();
        database.createNativeQuery("update manifest set claims = claims - 1 where id = :id")
                .setParameter("id", id)
                .executeUpdate();
        int dropped = database.createNativeQuery("""
                        delete from manifest m where m.id = :id and m.claims <= 0
                        and not exists (select 1 from tag t
                            where t.repository_id = m.repository_id and t.digest = m.digest)
                        and not exists (select 1 from manifest_link l join manifest p on p.id = l.manifest_id
                            where l.digest = m.digest and p.repository_id = m.repository_id)
                        and not exists (select 1 from build b join version v on v.id = b.version_id
                            where b.digest = m.digest and v.repository_id = m.repository_id)
                        """).setParameter("id", id).executeUpdate();
        return dropped > 0 ? links : List.of();
    }

    private void dropIfEmpty(Repository repository) {
        database.createNativeQuery("""
                        delete from repository r where r.id = :id
                        and not exists (select 1 from manifest where repository_id = r.id)
                        and not exists (select 1 from version where repository_id = r.id)
                        """).setParameter("id", repository.id).executeUpdate();
    }
}
