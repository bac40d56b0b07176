package dev.unipkg.registry.content;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The bytes of each namespace: its distinct content, leased and published. Content is counted before it is pinned, and
/// is no longer counted when the sweep finds that nothing in the namespace pins it.
@ApplicationScoped
public class NamespaceUsage {

    private final Sql sql;
    private final Optional<Long> limit;

    NamespaceUsage(Sql sql, Settings settings) {
        this.sql = sql;
        this.limit = settings.maxNamespaceBytes();
    }

    /// The most that a namespace may have, in bytes; absent where there is no limit.
    public Optional<Long> limitBytes() {
        return limit;
    }

    /// The size of the namespace's content, in bytes.
    public long bytes(String namespace) {
        return bytes(Set.of(namespace)).getOrDefault(namespace, 0L);
    }

    /// The sizes, in bytes, of the contents of those namespaces that ever had some.
    public Map<String, Long> bytes(Collection<String> namespaces) {
        Map<String, Long> bytes = new TreeMap<>();
        sql.query(
                "select namespace, bytes from namespace_usage where namespace = any(?)",
                row -> bytes.put(row.getString(1), row.getLong(2)),
                namespaces);
        return bytes;
    }

    /// Says early that bytes would be too many; [#add] decides.
    ///
    /// @param bytes that are to come
    /// @throws RefusedException when the namespace has no room for them
    public void requireRoom(String namespace, long bytes) throws RefusedException {
        if (limit.isPresent()) {
            requireRoom(namespace, bytes(namespace), bytes);
        }
    }

    /// Says early that content would be too much, unless it is counted already; [#add] decides.
    ///
    /// @param size in bytes
    /// @throws RefusedException when the namespace has no room for it
    public void requireRoom(String namespace, Digest digest, long size) throws RefusedException {
        if (limit.isPresent() && !has(namespace, digest)) {
            requireRoom(namespace, size);
        }
    }

    private void requireRoom(String namespace, long used, long bytes) throws RefusedException {
        if (limit.isPresent() && used + bytes > limit.get()) {
            throw new ContentRefusal.NamespaceFull(namespace, used, bytes, limit.get()).asException();
        }
    }

    /// Whether the content is counted in the namespace.
    public boolean has(String namespace, Digest digest) {
        return !sql.digests("select digest from namespace_blob where namespace = ? and digest = ?", namespace, digest)
                .isEmpty();
    }

    /// Counts content, unless it is counted already. The row of the sum orders those that race for the last room. The
    /// commit does not wait for the disk: a later one, which acknowledges the content, does.
    ///
    /// @throws RefusedException when the namespace has no room for it
    @Transactional(value = Transactional.TxType.REQUIRES_NEW, rollbackOn = Exception.class)
    public void add(String namespace, Digest digest, long size) throws RefusedException {
        List<Long> sum = sql.query("""
            with counted as (insert into namespace_blob (namespace, digest, size, since)
                select ?, ?, ?, now() from (select set_config('synchronous_commit', 'off', true)) as hasty
                on conflict (namespace, digest) do update set since = now()
                returning namespace, size, xmax = 0 as inserted)
            insert into namespace_usage as u (namespace, bytes)
            select namespace, size from counted where inserted
            on conflict (namespace) do update set bytes = u.bytes + excluded.bytes
            returning bytes
            """, row -> row.getLong(1), namespace, digest, size);
        if (!sum.isEmpty()) {
            requireRoom(namespace, sum.getFirst() - size, size);
        }
    }

    /// Subtracts content that nothing in the namespace pins or is about to pin.
    ///
    /// @param grace the longest time between counting and pinning
    @Transactional(Transactional.TxType.MANDATORY)
    void subtractUnpinned(Collection<Digest> digests, Duration grace) {
        sql.update("""
            with gone as (delete from namespace_blob c
                where c.digest = any(?) and c.since < now() - make_interval(secs => ?)
                and not exists (select 1 from lease l where l.digest = c.digest
                    and split_part(l.repository, '/', 1) = c.namespace and l.expires > now())
                and not exists (select 1 from manifest_link n join repository r on r.id = n.repository_id
                    where n.digest = c.digest and r.namespace = c.namespace)
                and not exists (select 1 from manifest m join repository r on r.id = m.repository_id
                    where m.digest = c.digest and r.namespace = c.namespace)
                returning namespace, size)
            update namespace_usage u set bytes = u.bytes - g.bytes
            from (select namespace, sum(size) as bytes from gone group by namespace) as g
            where u.namespace = g.namespace
            """, digests, grace);
    }
}
