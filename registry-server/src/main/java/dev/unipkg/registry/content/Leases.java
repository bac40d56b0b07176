package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Download;
import dev.unipkg.storage.Range;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/// The blobs of each repository. A repository can serve and name a blob while it has a lease on it, or a
/// manifest of the repository names it; knowing a digest gives no access to unpublished content.
///
/// Rows are locked in this order: repository, lease, blob.
@ApplicationScoped
public class Leases {

    private final Sql sql;
    private final BlobStore store;
    private final NamespaceUsage usage;
    private final Duration duration;

    Leases(Sql sql, BlobStore store, NamespaceUsage usage, Settings settings) {
        this.sql = sql;
        this.store = store;
        this.usage = usage;
        this.duration = settings.lease();
    }

    /// The recorded size of a blob, in bytes, if the repository has it.
    public OptionalLong size(RepositoryName repository, Digest digest) {
        return sizes(repository, List.of(digest)).values().stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    /// The recorded sizes, in bytes, of those of the blobs that the repository has.
    public Map<Digest, Long> sizes(RepositoryName repository, Collection<Digest> digests) {
        Condition visible = Condition.visibleTo(repository);
        Map<Digest, Long> sizes = new TreeMap<>();
        sql.query(
                "select b.digest, b.size from blob b where b.digest = any(?) and b.deleting is null and "
                        + visible.sql(),
                row -> sizes.put(Digest.parseAny(row.getString(1)), row.getLong(2)),
                visible.valuesAfter(digests));
        return sizes;
    }

    /// The bytes of a blob, if the repository has it and they are whole.
    public Optional<Download> find(RepositoryName repository, Digest digest) throws IOException {
        OptionalLong size = size(repository, digest);
        return size.isPresent() ? whole(digest, size.getAsLong()) : Optional.empty();
    }

    /// The bytes of a blob, where the store has as many as were recorded.
    public Optional<Download> whole(Digest digest, long size) throws IOException {
        return store.find(digest, size);
    }

    /// Opens a part of a blob for the registry itself, wherever a client would be sent; empty where [#whole] is. The
    /// caller closes it.
    ///
    /// @param size the recorded size, in bytes
    public Optional<InputStream> read(Digest digest, long size, Range part) throws IOException {
        return store.read(digest, size, part);
    }

    /// The bytes of a blob for a publisher, who does not push what is there: the repository has a lease on it from
    /// then on, at least half a lease long.
    public Optional<Download> renew(RepositoryName repository, Digest digest) throws IOException {
        Optional<Download> found = find(repository, digest);
        boolean leased = found.isPresent()
                && (hasLongLease(repository, digest) || lease(repository, digest, Condition.visibleTo(repository)));
        return leased ? found : Optional.empty();
    }

    private boolean hasLongLease(RepositoryName repository, Digest digest) {
        return !sql.digests("""
            select digest from lease where repository = ? and digest = ?
            and expires > now() + make_interval(secs => ?)
            """, repository, digest, duration.dividedBy(2)).isEmpty();
    }

    /// Gives the repository a lease on a blob. The blob's row is locked meanwhile, so that the sweep cannot
    /// take it.
    ///
    /// @return whether it was given
    private boolean lease(RepositoryName repository, Digest digest, Condition condition) {
        String insert = """
            insert into lease (repository, digest, expires)
            select ?, b.digest, now() + make_interval(secs => ?) from blob b
            where b.digest = ? and b.deleting is null and %s for key share of b
            on conflict (repository, digest) do update set expires = excluded.expires
            """.formatted(condition.sql());
        return sql.update(insert, condition.valuesAfter(repository, duration, digest)) > 0;
    }

    /// Acknowledges a blob whose bytes are in the store: the repository has a lease on it from then on, and the
    /// upload that brought it, where it was one, has ended.
    ///
    /// @param size in bytes
    /// @throws RefusedException when the namespace has no room for it
    /// @throws RejectedException when its bytes are deleted meanwhile, so that they must be sent again
    public void hold(RepositoryName repository, Digest digest, long size, Optional<UUID> upload) throws IOException {
        usage.add(repository.namespace(), digest, size);
        int held = sql.update("""
            with ended as (delete from upload where id = ?::uuid),
            leased as (insert into lease (repository, digest, expires)
                select ?, ?, now() + make_interval(secs => ?)
                where not exists (select 1 from blob where digest = ? and deleting is not null)
                on conflict (repository, digest) do update set expires = excluded.expires
                returning digest)
            insert into blob as b (digest, size, stored_at) select digest, ?, now() from leased
            on conflict (digest) do update set size = excluded.size where b.deleting is null
            """, upload, repository, digest, duration, digest, size);
        // The sweep deletes bytes only after it marked their row, and the row only after the bytes. So bytes that are
        // there after this statement stay.
        if (held == 0 || whole(digest, size).isEmpty()) {
            throw new Rejection.Dropped(digest).asException();
        }
    }

    /// Gives `to` a lease on a blob that `from` has or, where that is absent, one that a repository of the same
    /// namespace has or that is published.
    ///
    /// @return whether there is such a blob
    /// @throws RefusedException when the namespace has no room for it
    public boolean mount(Optional<RepositoryName> from, RepositoryName to, Digest digest) throws IOException {
        Condition condition = from.map(Condition::visibleTo).orElseGet(() -> Condition.mountableIn(to.namespace()));
        List<Long> sizes = sql.query(
                "select b.size from blob b where b.digest = ? and b.deleting is null and " + condition.sql(),
                row -> row.getLong(1),
                condition.valuesAfter(digest));
        if (sizes.isEmpty() || whole(digest, sizes.getFirst()).isEmpty()) {
            return false;
        }
        usage.add(to.namespace(), digest, sizes.getFirst());
        return lease(to, digest, condition);
    }

    /// Ends the repository's lease on a blob; the sweep takes the bytes where nothing else pins them.
    ///
    /// @return whether the repository had the blob
    /// @throws RejectedException when a manifest of the repository names it
    public boolean release(RepositoryName repository, Digest digest) {
        if (size(repository, digest).isEmpty()) {
            return false;
        }
        int ended = sql.update("""
            with ended as (delete from lease l where l.repository = ? and l.digest = ?
                and not exists (select 1 from manifest_link n join repository r on r.id = n.repository_id
                    where r.namespace = ? and r.name = ? and n.digest = l.digest)
                returning digest)
            update blob b set condemned = coalesce(b.condemned, now()) from ended where b.digest = ended.digest
            """, repository, digest, repository.namespace(), repository.rest());
        if (ended == 0) {
            throw new Rejection.Unsupported("the blob " + digest + " is named by a manifest; delete that one first")
                    .asException();
        }
        return true;
    }

    /// Filters the blobs that the repository has. The sweep takes none of them until the transaction ends.
    @Transactional(Transactional.TxType.MANDATORY)
    public Set<Digest> pin(RepositoryName repository, Collection<Digest> digests) {
        Condition visible = Condition.visibleTo(repository);
        return new TreeSet<>(sql.digests(
                "select b.digest from blob b where b.digest = any(?) and b.deleting is null and " + visible.sql()
                        + " order by b.digest for key share of b",
                visible.valuesAfter(digests)));
    }

    /// Notes the bytes of a manifest, which its row pins from the end of the transaction on.
    ///
    /// @throws RejectedException when they are deleted meanwhile, so that it must be sent again
    @Transactional(Transactional.TxType.MANDATORY)
    public void note(Digest manifest, long size) throws IOException {
        int noted = sql.update("""
            insert into blob as b (digest, size, stored_at) values (?, ?, now())
            on conflict (digest) do update set size = excluded.size where b.deleting is null
            """, manifest, size);
        if (noted == 0 || whole(manifest, size).isEmpty()) {
            throw new Rejection.Dropped(manifest).asException();
        }
    }

    /// Marks content that has lost a pin, for the sweep to look at.
    @Transactional(Transactional.TxType.MANDATORY)
    public void condemn(Collection<Digest> digests) {
        sql.update("""
            update blob b set condemned = coalesce(b.condemned, now())
            from (select digest from blob where digest = any(?) order by digest for no key update) as lost
            where b.digest = lost.digest
            """, digests);
    }

    /// A condition for the row `b` of a blob.
    ///
    /// @param values of its parameters
    private record Condition(String sql, List<Object> values) {

        /// The repository has the blob.
        static Condition visibleTo(RepositoryName repository) {
            String sql = """
                (exists (select 1 from lease l where l.repository = ? and l.digest = b.digest and l.expires > now())
                or exists (select 1 from manifest_link n join repository r on r.id = n.repository_id
                    where r.namespace = ? and r.name = ? and n.digest = b.digest))
                """;
            return new Condition(sql, List.of(repository, repository.namespace(), repository.rest()));
        }

        /// The namespace has the blob, or it is published.
        static Condition mountableIn(String namespace) {
            String sql = """
                (exists (select 1 from lease l where l.digest = b.digest and split_part(l.repository, '/', 1) = ?
                    and l.expires > now())
                or exists (select 1 from manifest_link n join manifest m on m.id = n.manifest_id
                    join repository r on r.id = n.repository_id
                    where n.digest = b.digest and (r.namespace = ?
                        or exists (select 1 from tag t where t.repository_id = r.id and t.digest = m.digest)
                        or exists (select 1 from build v join version p on p.id = v.version_id
                            where v.digest = m.digest and p.repository_id = r.id))))
                """;
            return new Condition(sql, List.of(namespace, namespace));
        }

        /// All values of a statement that has this condition behind its other parameters.
        Object[] valuesAfter(Object... others) {
            return Stream.concat(Stream.of(others), values.stream()).toArray();
        }
    }
}
