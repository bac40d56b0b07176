package dev.unipkg.registry.accounts;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/// API keys for tests, made behind the HTTP server's back.
@ApplicationScoped
public class TestKeys {

    private final EntityManager database;

    TestKeys(EntityManager database) {
        this.database = database;
    }

    /// An administrator's key.
    @Transactional
    public String administrator() {
        return persist(new ApiKey());
    }

    /// A key for this namespace, which is made where there is none.
    @Transactional
    public String publisher(String namespace) {
        if (Namespace.findById(namespace) == null) {
            Namespace made = new Namespace();
            made.name = namespace;
            made.skeleton = dev.unipkg.format.PackageName.skeletonOf(namespace);
            made.created = Instant.now();
            made.persist();
        }
        ApiKey key = new ApiKey();
        key.namespace = namespace;
        return persist(key);
    }

    @Transactional
    void expire(String text, Instant when) {
        ApiKey key = ApiKey.find(KeyText.parse(text).orElseThrow()).orElseThrow();
        key.expires = when;
    }

    /// Every column of every account table, as text.
    @Transactional
    String everythingStored() {
        List<?> rows = database.createNativeQuery(
                        "SELECT encode(hash, 'escape') || api_key::text FROM api_key", String.class)
                .getResultList();
        return rows.stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    private static String persist(ApiKey key) {
        KeyText text = KeyText.fresh();
        key.hash = text.hash();
        key.created = Instant.now();
        key.persist();
        return text.text();
    }
}
