package dev.unipkg.registry.publish;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.checks.Checked;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.content.Leases;
import dev.unipkg.registry.content.Listings;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.unikraft.UnikraftCatalog;
import dev.unipkg.registry.wiring.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Makes a manifest, whose bytes are stored, visible: all its rows in one transaction, which is the last thing
/// that a push does. Pushes to one repository follow each other here, so each sees what the one before it
/// decided.
@ApplicationScoped
class Recording {

    /// Stores the manifest with links to what it names. What an index names and is not here is noted apart:
    /// as a link, it would let the repository read content of others whose digest it knows. The note
    /// becomes a link when the manifest is pushed.
    private static final String INSERT = """
        with stored as (insert into manifest as m (repository_id, digest, media_type, artifact_type, kind,
                size, subject, referrer, pushed_at, unnamed_since)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, case when not ? then now() end)
            on conflict (repository_id, digest) do update
            set unnamed_since = case when excluded.unnamed_since >= m.unnamed_since
                then excluded.unnamed_since end
            returning id, repository_id),
        linked as (insert into manifest_link (manifest_id, repository_id, digest)
            select id, repository_id, digest from stored, unnest(?) as named (digest)
            on conflict do nothing),
        noted as (insert into sparse_link (manifest_id, repository_id, digest)
            select id, repository_id, digest from stored, unnest(?) as missing (digest)
            on conflict do nothing),
        found as (delete from sparse_link where repository_id = ? and digest = ?
            returning manifest_id, repository_id, digest),
        joined as (insert into manifest_link (manifest_id, repository_id, digest)
            select manifest_id, repository_id, digest from found
            on conflict do nothing)
        select id from stored
        """;

    private final NewNames newNames;
    private final Sql sql;
    private final Leases leases;
    private final Releases releases;
    private final Listings listings;
    private final UnikraftCatalog unikraftCatalog;
    private final Duration lease;
    private final Clock clock;

    Recording(
            NewNames newNames,
            Sql sql,
            Leases leases,
            Releases releases,
            Listings listings,
            UnikraftCatalog unikraftCatalog,
            Settings settings,
            Clock clock) {
        this.newNames = newNames;
        this.sql = sql;
        this.leases = leases;
        this.lease = settings.lease();
        this.releases = releases;
        this.listings = listings;
        this.unikraftCatalog = unikraftCatalog;
        this.clock = clock;
    }

    /// Says early that a name could be mistaken for another one; [#record] asks the database again.
    ///
    /// @throws RefusedException when there is such a name
    void requireDistinct(RepositoryName name) throws RefusedException {
        newNames.requireDistinct(name);
    }

    /// Says early what is absent, before anything is read or locked; [#record] asks the database again.
    ///
    /// @throws RefusedException when something that the manifest names is not in the repository, is not whole in
    ///     the store, or has another size than its descriptor says
    void requireHere(RepositoryName name, PushedManifest manifest) throws IOException {
        Map<Digest, Long> here = new TreeMap<>(leases.sizes(name, manifest.possibleBlobs()));
        Optional<Repository> repository = Repository.named(name);
        // A subject may come later or never, but one that is here is as large as is said of it.
        Map<Digest, Long> subject = new TreeMap<>();
        repository.ifPresent(existing -> {
            here.putAll(sizes(existing, manifest.manifests()));
            subject.putAll(sizes(existing, manifest.subject().map(Set::of).orElse(Set.of())));
        });
        Set<Digest> absent = absent(manifest, here.keySet());
        for (Map.Entry<Digest, Long> recorded : here.entrySet()) {
            if (leases.whole(recorded.getKey(), recorded.getValue()).isEmpty()) {
                absent.add(recorded.getKey());
            }
        }
        requireNone(absent);
        requireSizes(manifest, subject);
        if (manifest.tellsSizes()) {
            requireSizes(manifest, here);
        }
    }

    /// A client that trusts a descriptor's size reads less of the content than there is, or waits for more.
    private static void requireSizes(PushedManifest manifest, Map<Digest, Long> actual) throws RefusedException {
        for (Map.Entry<Digest, Long> content : actual.entrySet()) {
            long described = manifest.sizes().getOrDefault(content.getKey(), -1L);
            if (described != content.getValue()) {
                throw new ContentRefusal.SizeMismatch(described, content.getValue()).asException();
            }
        }
    }

    /// @throws RefusedException when something that the manifest names is absent, or a tag cannot be given
    @Transactional(rollbackOn = Exception.class)
    void record(RepositoryName name, PushedManifest manifest, Checked checked, List<String> tags) throws IOException {
        Repository repository = repository(name);
        Set<Digest> here = leases.pin(name, manifest.possibleBlobs());
        here.addAll(sizes(repository, manifest.manifests()).keySet());
        requireNone(absent(manifest, here));
        leases.note(manifest.digest(), manifest.bytes().length);
        insert(repository, manifest, here, !tags.isEmpty());
        if (checked instanceof Checked.Build build) {
            listings.insert(build.listings());
        }
        if (checked instanceof Checked.Unikraft(var image)) {
            unikraftCatalog.insert(repository, manifest.digest(), image);
        }
        for (String tag : tags) {
            releases.tag(repository, tag, manifest.digest(), checked.asRelease());
        }
    }

    /// Lets a manifest that nothing names yet live for another lease, for a publisher who asked for it.
    ///
    /// @return whether there is such a manifest
    boolean renew(RepositoryName name, Digest digest) {
        return !sql.digests(
                        """
                        with renewed as (update manifest m set unnamed_since = now() from repository r
                            where r.id = m.repository_id and r.namespace = ? and r.name = ? and m.digest = ?
                            and m.unnamed_since < now() - make_interval(secs => ?))
                        select m.digest from manifest m join repository r on r.id = m.repository_id
                        where r.namespace = ? and r.name = ? and m.digest = ?
                        """,
                        name.namespace(),
                        name.rest(),
                        digest,
                        lease.dividedBy(2),
                        name.namespace(),
                        name.rest(),
                        digest)
                .isEmpty();
    }

    /// The repository, made where it is not there yet, and this transaction's alone until it ends.
    ///
    /// @throws RefusedException when the name could be mistaken for another one that exists
    private Repository repository(RepositoryName name) throws RefusedException {
        Optional<Long> id = touch(name);
        // Again where another push made it, or a deletion took it, in between.
        while (id.isEmpty()) {
            newNames.requireDistinct(name);
            // The statement names no constraint. With one named, first pushes at once can meet in the other one, which
            // fails one of them.
            sql.update("""
                insert into repository (namespace, name, skeleton, kind, updated_at)
                values (?, ?, ?, 'PLAIN', ?)
                on conflict do nothing
                """, name.namespace(), name.rest(), name.skeleton(), clock.instant());
            id = touch(name);
        }
        return Repository.findById(id.get());
    }

    private Optional<Long> touch(RepositoryName name) {
        return sql
                .query(
                        "update repository set updated_at = ? where namespace = ? and name = ? returning id",
                        row -> row.getLong(1),
                        clock.instant(),
                        name.namespace(),
                        name.rest())
                .stream()
                .findFirst();
    }

    private Map<Digest, Long> sizes(Repository repository, Set<Digest> manifests) {
        Map<Digest, Long> sizes = new TreeMap<>();
        sql.query(
                "select digest, size from manifest where repository_id = ? and digest = any(?)",
                row -> sizes.put(Digest.parseAny(row.getString(1)), row.getLong(2)),
                repository.id,
                manifests);
        return sizes;
    }

    private static Set<Digest> absent(PushedManifest manifest, Set<Digest> here) {
        Set<Digest> absent = new TreeSet<>(manifest.blobs());
        absent.addAll(manifest.neededManifests());
        absent.removeAll(here);
        return absent;
    }

    private static void requireNone(Set<Digest> absent) throws RefusedException {
        if (!absent.isEmpty()) {
            throw new ContentRefusal.AbsentContent(List.copyOf(absent)).asException();
        }
    }

    private void insert(Repository repository, PushedManifest manifest, Set<Digest> links, boolean named) {
        Set<Digest> sparse = new TreeSet<>(manifest.manifests());
        sparse.removeAll(links);
        Optional<String> referrer =
                manifest.subject().map(_ -> manifest.referrer().toShortestString());
        sql.query(
                INSERT,
                row -> row.getLong(1),
                repository.id,
                manifest.digest(),
                manifest.mediaType(),
                manifest.artifactType(),
                manifest.kind(),
                (long) manifest.bytes().length,
                manifest.subject(),
                referrer,
                Instant.now(clock),
                named,
                links,
                sparse,
                repository.id,
                manifest.digest());
    }
}
