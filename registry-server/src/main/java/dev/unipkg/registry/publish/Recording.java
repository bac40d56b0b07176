package dev.unipkg.registry.publish;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.checks.Checked;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.content.DigestLocks;
import dev.unipkg.registry.content.HeldBlobs;
import dev.unipkg.registry.content.Listings;
import dev.unipkg.storage.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Makes a manifest, whose bytes are stored, visible: all its rows in one transaction, which is the last thing
/// that a push does. Pushes to one repository follow each other here, so each sees what the one before it
/// decided.
@ApplicationScoped
class Recording {

    private final EntityManager database;
    private final DigestLocks locks;
    private final HeldBlobs blobs;
    private final BlobStore store;
    private final Releases releases;
    private final Listings listings;
    private final Clock clock;

    Recording(
            EntityManager database,
            DigestLocks locks,
            HeldBlobs blobs,
            BlobStore store,
            Releases releases,
            Listings listings,
            Clock clock) {
        this.database = database;
        this.locks = locks;
        this.blobs = blobs;
        this.store = store;
        this.releases = releases;
        this.listings = listings;
        this.clock = clock;
    }

    /// Says early what is absent, before anything is read or locked; [#record] asks the database again.
    ///
    /// @throws RefusedException when something that the manifest names is not in the repository, or has no bytes
    void requireHere(PackageName name, PushedManifest manifest) throws IOException {
        Set<Digest> here = blobs.held(name, manifest.blobs());
        Optional<Repository> repository = Repository.named(name);
        if (repository.isPresent()) {
            here.addAll(present(repository.get(), manifest.manifests()));
        }
        Set<Digest> absent = absent(manifest, here);
        for (Digest digest : here) {
            if (store.find(digest).isEmpty()) {
                absent.add(digest);
            }
        }
        requireNone(absent);
    }

    /// @throws RefusedException when something that the manifest names is absent, or a tag cannot be given
    @Transactional(rollbackOn = Exception.class)
    void record(PackageName name, PushedManifest manifest, Checked checked, List<String> tags) throws IOException {
        // One order for all who lock: the digest, rows of blobs, the repository. Nobody waits in a circle then.
        locks.keep(manifest.digest());
        Set<Digest> here = blobs.keep(name, manifest.blobs());
        Repository repository = repository(name);
        here.addAll(present(repository, manifest.manifests()));
        requireNone(absent(manifest, here));
        if (store.find(manifest.digest()).isEmpty()) {
            // Dropped by a refused push of the same document, after our own put and before our lock.
            store.put(manifest.digest(), manifest.bytes().length, new ByteArrayInputStream(manifest.bytes()));
        }
        insert(repository, manifest, here);
        if (checked instanceof Checked.Build build) {
            listings.insert(build.listings());
        }
        for (String tag : tags) {
            releases.tag(repository, tag, manifest.digest(), checked.asRelease());
        }
    }

    /// Counts a manifest as brought once more.
    ///
    /// @return whether it is there
    @Transactional
    boolean claim(PackageName name, Digest digest) {
        return database.createNativeQuery("""
                        update manifest m set claims = m.claims + 1 from repository r
                        where r.id = m.repository_id and r.namespace = :namespace and r.name = :name
                        and m.digest = :digest
                        """)
                        .setParameter("namespace", name.namespace())
                        .setParameter("name", name.name())
                        .setParameter("digest", digest.toString())
                        .executeUpdate()
                > 0;
    }

    /// The repository, made where it is not there yet, and this transaction's alone until it ends.
    private Repository repository(PackageName name) {
        Long id = (Long) database.createNativeQuery("""
                        insert into repository (namespace, name, skeleton, kind, updated_at)
                        values (:namespace, :name, :skeleton, 'PLAIN', :now)
                        on conflict (namespace, name) do update set updated_at = excluded.updated_at
                        returning id
                        """, Long.class)
                .setParameter("namespace", name.namespace())
                .setParameter("name", name.name())
                .setParameter("skeleton", name.skeleton())
                .setParameter("now", Instant.now(clock))
                .getSingleResult();
        return Repository.findById(id);
    }

    private Set<Digest> present(Repository repository, Set<Digest> manifests) {
        return DigestLocks.digests(database.createNativeQuery("""
                        select digest from manifest
                        where repository_id = :repository and digest = any(cast(:digests as text[]))
                        """, String.class)
                .setParameter("repository", repository.id)
                .setParameter("digests", DigestLocks.texts(manifests))
                .getResultList());
    }

    private static Set<Digest> absent(PushedManifest manifest, Set<Digest> here) {
        Set<Digest> absent = new TreeSet<>(manifest.blobs());
        absent.addAll(manifest.manifests());
        absent.removeAll(here);
        return absent;
    }

    private static void requireNone(Set<Digest> absent) throws RefusedException {
        if (!absent.isEmpty()) {
            throw new ContentRefusal.AbsentContent(List.copyOf(absent)).asException();
        }
    }

    private void insert(Repository repository, PushedManifest manifest, Set<Digest> named) {
        Long id = (Long) database.createNativeQuery("""
                        insert into manifest
                        (repository_id, digest, media_type, artifact_type, kind, size, subject, referrer, pushed_at)
                        values (:repository, :digest, :mediaType, :artifactType, :kind, :size, :subject, :referrer, :now)
                        on conflict (repository_id, digest) do update set claims = manifest.claims + 1
                        returning id
                        """, Long.class)
                .setParameter("repository", repository.id)
                .setParameter("digest", manifest.digest().toString())
                .setParameter("mediaType", manifest.mediaType())
                .setParameter("artifactType", manifest.artifactType().orElse(null))
                .setParameter("kind", manifest.kind().orElse(null))
                .setParameter("size", (long) manifest.bytes().length)
                .setParameter(
                        "subject", manifest.subject().map(Digest::toString).orElse(null))
                .setParameter(
                        "referrer",
                        manifest.subject().isPresent()
                                ? new String(manifest.referrer().toBytes(), StandardCharsets.UTF_8)
                                : null)
                .setParameter("now", Instant.now(clock))
                .getSingleResult();
        database.createNativeQuery("""
                        insert into manifest_link (manifest_id, digest)
                        select :manifest, digest from unnest(cast(:digests as text[])) as named (digest)
                        on conflict do nothing
                        """)
                .setParameter("manifest", id)
                .setParameter("digests", DigestLocks.texts(named))
                .executeUpdate();
    }
}
