package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Download;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/// Which blobs each repository holds. A repository can only serve and name the blobs that were brought to it,
/// so that nobody gets at content by its digest alone, and a blob's bytes go when nobody holds or names them.
@ApplicationScoped
public class HeldBlobs {

    /// How far back a push may reach. What came earlier was not brought for the document that is refused now.
    public static final Duration OF_ONE_PUSH = Duration.ofHours(1);

    private final EntityManager database;
    private final DataSource connections;
    private final DigestLocks locks;
    private final BlobStore store;
    private final Clock clock;

    HeldBlobs(EntityManager database, DataSource connections, DigestLocks locks, BlobStore store, Clock clock) {
        this.database = database;
        this.connections = connections;
        this.locks = locks;
        this.store = store;
        this.clock = clock;
    }

    /// Whether the repository holds the blob.
    public boolean holds(PackageName repository, Digest digest) {
        return !held(repository, List.of(digest)).isEmpty();
    }

    /// Those of the blobs that the repository holds.
    public Set<Digest> held(PackageName repository, Collection<Digest> digests) {
        return held(repository, digests, "");
    }

    /// Those of the blobs that the repository holds, and will hold until the transaction ends. It is the rows that are
    /// locked, since there are only so many locks that are none of a row.
    @Transactional(Transactional.TxType.MANDATORY)
    public Set<Digest> keep(PackageName repository, Collection<Digest> digests) {
        return held(repository, digests, " order by digest for key share");
    }

    private Set<Digest> held(PackageName repository, Collection<Digest> digests, String how) {
        return DigestLocks.digests(database.createNativeQuery("""
                        select digest from held_blob
                        where repository = :repository and digest = any(cast(:digests as text[]))
                        """ + how, String.class)
                .setParameter("repository", repository.toString())
                .setParameter("digests", DigestLocks.texts(digests))
                .getResultList());
    }

    /// Where the bytes of a blob are, if the repository holds it.
    public Optional<Download> find(PackageName repository, Digest digest) throws IOException {
        return holds(repository, digest) ? store.find(digest) : Optional.empty();
    }

    /// Where the bytes of a blob are, if the repository holds it, for a publisher who will not bring it then. It is as
    /// good as brought: the refusal of whoever did bring it leaves it there.
    public Optional<Download> claim(PackageName repository, Digest digest) throws IOException {
        try (Connection connection = connections.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "update held_blob set claims = claims + 1 where repository = ? and digest = ?")) {
            statement.setString(1, repository.toString());
            statement.setString(2, digest.toString());
            return statement.executeUpdate() > 0 ? store.find(digest) : Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException("the blob cannot be claimed", e);
        }
    }

    /// Notes that the blob, which is in the store, was brought to the repository, by the upload where it was one, whose
    /// row goes.
    ///
    /// @throws RejectedException when its bytes were dropped just before, so that they must be brought again
    public void hold(PackageName repository, Digest digest, Optional<UUID> upload) throws IOException {
        if (!tryHold(repository, digest, upload)) {
            throw new Rejection.Dropped(digest).asException();
        }
    }

    /// Every pushed blob comes through here, so it is one statement that commits itself.
    ///
    /// @return whether its bytes are there
    private boolean tryHold(PackageName repository, Digest digest, Optional<UUID> upload) throws IOException {
        long size = store.find(digest).map(Download::size).orElse(0L);
        try (Connection connection = connections.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        with ended as (delete from upload where id = ?)
                        insert into held_blob (repository, digest, size, held_since)
                        select ?, ?, ?, ?
                        from (select pg_advisory_xact_lock_shared(?)) as kept
                        on conflict (repository, digest) do update
                        set held_since = excluded.held_since, claims = held_blob.claims + 1
                        """)) {
            statement.setObject(1, upload.orElse(null));
            statement.setString(2, repository.toString());
            statement.setString(3, digest.toString());
            statement.setLong(4, size);
            statement.setTimestamp(5, Timestamp.from(clock.instant()));
            statement.setLong(6, DigestLocks.key(digest));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("the blob cannot be noted", e);
        }
        // Who drops bytes takes that lock first and then looks for rows: from here on they see ours.
        boolean there = store.find(digest).isPresent();
        if (!there) {
            giveBack(repository, List.of(digest));
        }
        return there;
    }

    /// Lets `to` hold a blob without sending it again: one that `from` holds or, where that is absent, one that a
    /// repository of the same namespace holds or that is published. Knowing a digest gives nobody what was not
    /// published.
    ///
    /// @return whether there was such a blob
    public boolean mount(Optional<PackageName> from, PackageName to, Digest digest) throws IOException {
        boolean there = from.isPresent() ? holds(from.get(), digest) : mayMount(to.namespace(), digest);
        return there && store.find(digest).isPresent() && tryHold(to, digest, Optional.empty());
    }

    /// Ends the repository's hold on a blob, and drops the bytes where nobody else has a use for them.
    ///
    /// @return whether the repository held it
    /// @throws RejectedException when a manifest of the repository names it
    @Transactional(rollbackOn = Exception.class)
    public boolean release(PackageName repository, Digest digest) throws IOException {
        // Locked first: what a push that kept the row has recorded is then seen.
        if (held(repository, List.of(digest), " for update").isEmpty()) {
            return false;
        }
        if (isNamed(repository, digest)) {
            throw new Rejection.Unsupported("the blob " + digest + " is named by a manifest; delete that one first")
                    .asException();
        }
        database.createNativeQuery("delete from held_blob where repository = :repository and digest = :digest")
                .setParameter("repository", repository.toString())
                .setParameter("digest", digest.toString())
                .executeUpdate();
        dropUnused(List.of(digest));
        return true;
    }

    /// Gives back one claim on each blob that a refused push named and the repository holds. Who has the last claim
    /// releases the blob, unless a stored manifest of the repository names it or it came before any push that goes
    /// on; its bytes go unless another repository holds them or somebody is bringing them.
    ///
    /// @param digests a few, because each that the repository holds takes a lock until the transaction ends
    @Transactional(rollbackOn = Exception.class)
    public void giveBack(PackageName repository, Collection<Digest> digests) throws IOException {
        // Locked in one order, so that two refusals of one document never wait for each other in a circle, and before
        // anything is looked at: what a push that kept the rows has recorded is then seen.
        Set<Digest> held = held(repository, digests, " order by digest for update");
        if (held.isEmpty()) {
            return;
        }
        database.createNativeQuery("""
                        update held_blob set claims = greatest(claims - 1, 0)
                        where repository = :repository and digest = any(cast(:digests as text[]))
                        """)
                .setParameter("repository", repository.toString())
                .setParameter("digests", DigestLocks.texts(held))
                .executeUpdate();
        dropUnused(releaseUnclaimed(repository, locks.mayDrop(held)));
    }

    /// @return the digests that were released
    private Set<Digest> releaseUnclaimed(PackageName repository, Set<Digest> digests) {
        return DigestLocks.digests(database.createNativeQuery("""
                        delete from held_blob h
                        where h.repository = :repository and h.digest = any(cast(:digests as text[])) and h.claims <= 0
                        and h.held_since > :earliest
                        and not exists (select 1 from manifest_link l
                            join manifest m on m.id = l.manifest_id
                            join repository r on r.id = m.repository_id
                            where l.digest = h.digest and r.namespace = :namespace and r.name = :name)
                        returning h.digest
                        """, String.class)
                .setParameter("repository", repository.toString())
                .setParameter("digests", DigestLocks.texts(digests))
                .setParameter("earliest", clock.instant().minus(OF_ONE_PUSH))
                .setParameter("namespace", repository.namespace())
                .setParameter("name", repository.name())
                .getResultList());
    }

    private boolean isNamed(PackageName repository, Digest digest) {
        return (Boolean) database.createNativeQuery("""
                        select exists (select 1 from manifest_link l
                            join manifest m on m.id = l.manifest_id
                            join repository r on r.id = m.repository_id
                            where l.digest = :digest and r.namespace = :namespace and r.name = :name)
                        """)
                .setParameter("digest", digest.toString())
                .setParameter("namespace", repository.namespace())
                .setParameter("name", repository.name())
                .getSingleResult();
    }

    /// Drops the bytes that no repository holds and no manifest is or names. Runs inside the transaction that
    /// ended the last use: should the process stop before its end, a row is left whose bytes are gone, which
    /// every reader treats as absent and the next push heals.
    ///
    /// @param digests a few, because each takes a lock until the transaction ends
    @Transactional(Transactional.TxType.MANDATORY)
    public void dropUnused(Collection<Digest> digests) throws IOException {
        Set<Digest> unused = unused(locks.mayDrop(digests));
        if (!unused.isEmpty()) {
            database.createNativeQuery("delete from layer_file where layer = any(cast(:digests as text[]))")
                    .setParameter("digests", DigestLocks.texts(unused))
                    .executeUpdate();
        }
        for (Digest digest : unused) {
            store.delete(digest);
        }
    }

    private Set<Digest> unused(Set<Digest> digests) {
        return DigestLocks.digests(database.createNativeQuery("""
                        select digest from unnest(cast(:digests as text[])) as d (digest)
                        where not exists (select 1 from held_blob h where h.digest = d.digest)
                        and not exists (select 1 from manifest m where m.digest = d.digest)
                        and not exists (select 1 from manifest_link l where l.digest = d.digest)
                        """, String.class)
                .setParameter("digests", DigestLocks.texts(digests))
                .getResultList());
    }

    private boolean mayMount(String namespace, Digest digest) {
        return !database.createNativeQuery("""
                        select 1 from held_blob h where h.digest = :digest
                        and (split_part(h.repository, '/', 1) = :namespace
                            or exists (select 1 from manifest_link l join manifest m on m.id = l.manifest_id
                                where l.digest = h.digest
                                and (exists (select 1 from tag t
                                        where t.repository_id = m.repository_id and t.digest = m.digest)
                                    or exists (select 1 from build b join version v on v.id = b.version_id
                                        where b.digest = m.digest and v.repository_id = m.repository_id))))
                        limit 1
                        """)
                .setParameter("digest", digest.toString())
                .setParameter("namespace", namespace)
                .getResultList()
                .isEmpty();
    }
}
