package dev.unipkg.registry.accounts;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the registry keeps of an API key: its hash, never the key.
@Entity
@Table(name = "api_key")
class ApiKey extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @Nullable Long id;

    /// SHA-256 of the key's text. A key has 160 random bits, so nothing slower is needed to hide it.
    @Column(columnDefinition = "bytea")
    byte[] hash = {};

    /// The one namespace it publishes to; null for an administrator's key.
    @Nullable String namespace;

    String description = "";

    Instant created = Instant.EPOCH;

    @Nullable Instant expires;

    @Nullable Instant revoked;

    /// The key with this text, whether or not it is still good.
    static Optional<ApiKey> find(KeyText text) {
        byte[] hash = text.hash();
        Optional<ApiKey> found = find("hash", (Object) hash).firstResultOptional();
        return found.filter(key -> MessageDigest.isEqual(key.hash, hash));
    }

    boolean isGood(Instant now) {
        return revoked == null && (expires == null || now.isBefore(expires));
    }

    boolean isAdministrator() {
        return namespace == null;
    }
}
