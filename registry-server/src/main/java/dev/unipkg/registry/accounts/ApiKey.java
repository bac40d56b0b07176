package dev.unipkg.registry.accounts;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.hibernate.orm.panache.PanacheQuery;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The record of an API key: its hash, never the key.
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

    /// The keys that are not revoked, in the order of their ids from behind `id` on.
    static List<ApiKey> after(long id, Optional<String> namespace, int limit) {
        PanacheQuery<ApiKey> keys = namespace.isPresent()
                ? find("id > ?1 and revoked is null and namespace = ?2 order by id", id, namespace.get())
                : find("id > ?1 and revoked is null order by id", id);
        return keys.page(0, limit).list();
    }

    /// How many administrators' keys are good at `now`, beside the one with this id.
    static long otherAdministrators(long id, Instant now) {
        return count(
                "namespace is null and id <> ?1 and revoked is null and (expires is null or expires > ?2)", id, now);
    }

    boolean isGood(Instant now) {
        return revoked == null && (expires == null || now.isBefore(expires));
    }

    boolean isAdministrator() {
        return namespace == null;
    }
}
