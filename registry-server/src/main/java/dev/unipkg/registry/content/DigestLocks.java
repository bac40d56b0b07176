package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Keeps those who bring bytes that no row points at yet apart from those who drop bytes, on every replica: PostgreSQL
/// advisory locks, one per digest, held until the transaction ends. Bringing takes one lock shared; dropping only
/// tries, because bytes that somebody is about to point at need not be dropped.
///
/// The database has room for some thousand locks of all its clients together, so nobody takes many.
@ApplicationScoped
public class DigestLocks {

    private final EntityManager database;

    DigestLocks(EntityManager database) {
        this.database = database;
    }

    /// Until the transaction ends, nobody drops these bytes.
    public void keep(Digest digest) {
        database.createNativeQuery("select 1 from pg_advisory_xact_lock_shared(:key)")
                .setParameter("key", key(digest))
                .getSingleResult();
    }

    /// Those of the digests whose bytes are this transaction's alone, so that it may drop them. Each is a lock of
    /// the database's until the transaction ends, and there are only so many of those.
    public Set<Digest> mayDrop(Collection<Digest> digests) {
        List<?> locked = database.createNativeQuery("""
                        select digest from unnest(cast(:digests as text[]), cast(:keys as bigint[])) as d (digest, key)
                        where pg_try_advisory_xact_lock(key)
                        """, String.class)
                .setParameter("digests", texts(digests))
                .setParameter("keys", digests.stream().map(DigestLocks::key).toArray(Long[]::new))
                .getResultList();
        return digests(locked);
    }

    /// Digests as a parameter of a statement.
    public static String[] texts(Collection<Digest> digests) {
        return digests.stream().map(Digest::toString).toArray(String[]::new);
    }

    /// Digests from the one column of a result.
    public static Set<Digest> digests(List<?> column) {
        return column.stream().map(text -> Digest.parse((String) text)).collect(Collectors.toCollection(TreeSet::new));
    }

    // Two digests that share their first 64 bits share a lock: then one waits needlessly, nothing else.
    static long key(Digest digest) {
        return Long.parseUnsignedLong(digest.hex().substring(0, 16), 16);
    }
}
