package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.catalog.NamedTag;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.catalog.StoredManifest;
import dev.unipkg.registry.content.HeldBlobs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes tags and manifests away again. Versions stay: whoever pinned one gets it.
@ApplicationScoped
public class Removal {

    private final EntityManager database;
    private final RepositoryRow row;
    private final HeldBlobs blobs;

    Removal(EntityManager database, RepositoryRow row, HeldBlobs blobs) {
        this.database = database;
        this.row = row;
        this.blobs = blobs;
    }

    /// Removes a movable tag.
    ///
    /// @return whether there was one
    /// @throws RefusedException when it is a version's
    @Transactional(rollbackOn = Exception.class)
    public boolean tag(Repository repository, String tag) throws RefusedException {
        Optional<NamedTag> existing = NamedTag.in(repository, tag);
        if (existing.isPresent() && existing.get().versionId != null) {
            throw new PublishRefusal.TagIsVersion(repository.packageName(), tag).asException();
        }
        return NamedTag.delete("repositoryId = ?1 and name = ?2 and versionId is null", repository.id, tag) > 0;
    }

    /// Removes a manifest and the tags that name it, and the repository with the last one. Its blobs stay under the
    /// repository's name.
    ///
    /// @return the references that are gone: the digest and the tags; none where there was no such manifest
    /// @throws RefusedException when it is a version, or one of its builds
    @Transactional(rollbackOn = Exception.class)
    public List<String> manifest(Repository repository, Digest digest) throws IOException {
        row.lock(repository.id);
        Optional<StoredManifest> manifest = StoredManifest.in(repository, digest);
        if (manifest.isEmpty()) {
            return List.of();
        }
        requireNoVersion(repository, digest);
        List<String> gone = new ArrayList<>();
        gone.add(digest.toString());
        for (NamedTag tag :
                NamedTag.<NamedTag>list("repositoryId = ?1 and digest = ?2", repository.id, digest.toString())) {
            gone.add(tag.name);
            tag.delete();
        }
        manifest.get().delete();
        database.flush();
        row.dropIfEmpty(repository.id);
        blobs.dropUnused(List.of(digest));
        return gone;
    }

    private void requireNoVersion(Repository repository, Digest digest) throws RefusedException {
        List<?> versions = database.createNativeQuery("""
                        select v.version from version v left join build b on b.version_id = v.id
                        where v.repository_id = :repository and (v.digest = :digest or b.digest = :digest) limit 1
                        """)
                .setParameter("repository", repository.id)
                .setParameter("digest", digest.toString())
                .getResultList();
        if (!versions.isEmpty()) {
            throw new PublishRefusal.TagIsVersion(repository.packageName(), (String) versions.getFirst()).asException();
        }
    }
}
