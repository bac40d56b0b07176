package dev.unipkg.registry.accounts;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.time.Instant;

/// The one row that all replicas share. The start that inserts it is the first one.
@Entity
@Table(name = "registry")
class RegistryRow extends PanacheEntityBase {

    static final short ID = 1;

    @Id
    short id = ID;

    @Column(name = "token_secret")
    byte[] tokenSecret = {};

    Instant created = Instant.EPOCH;

    /// The row.
    static RegistryRow get() {
        return findById(ID);
    }

    /// Locks the row until the transaction ends, so that what needs it happens one at a time.
    static void lock() {
        findById(ID, LockModeType.PESSIMISTIC_WRITE);
    }
}
