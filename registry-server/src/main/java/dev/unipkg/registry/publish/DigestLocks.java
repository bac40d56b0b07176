package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.TreeSet;

/// Keeps those who point rows at bytes apart from those who drop bytes, on every replica: PostgreSQL advisory
/// locks, one per digest, held until the transaction ends. Pointing takes a lock shared and in digest order,
/// so that nobody waits for long; dropping only tries, because bytes that somebody is about to point at need
/// not be dropped.
@ApplicationScoped
class DigestLocks {

    private final EntityManager database;

    DigestLocks(EntityManager database) {
        this.database = database;
    }

    /// Until the transaction ends, nobody drops these bytes.
    void keep(Collection<Digest> digests) {
        for (Digest digest : new TreeSet<>(digests)) {
            database.createNativeQuery("select 1 from pg_advisory_xact_lock_shared(:key)")
                    .setParameter("key", key(digest))
                    .getSingleResult();
        }
    }

    /// Whether these bytes are this transaction's alone, so that it may drop them.
    boolean mayDrop(Digest digest) {
        return (Boolean) database.createNativeQuery("select pg_try_advisory_xact_lock(:key)")
                .setParameter("key", key(digest))
                .getSingleResult();
    }

    // Two digests that share their first 64 bits share a lock: then one waits needlessly, nothing else.
    static long key(Digest digest) {
        return Long.parseUnsignedLong(digest.hex().substring(0, 16), 16);
    }
}
