package dev.unipkg.registry.web;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/// Many packages like one that was published, made behind the HTTP server's back.
@ApplicationScoped
public class CopiedPackages {

    private final EntityManager database;

    CopiedPackages(EntityManager database) {
        this.database = database;
    }

    /// Makes `namespace/p001` and so on like `namespace/p000`.
    @Transactional
    void copy(String namespace, int copies) {
        database.createNativeQuery("""
                        insert into repository (namespace, name, skeleton, kind, description, updated_at)
                        select namespace, 'p' || lpad(i::text, 3, '0'), skeleton || i, kind, description, updated_at
                        from repository, generate_series(1, :copies) i where namespace = :namespace and name = 'p000'
                        """)
                .setParameter("copies", copies)
                .setParameter("namespace", namespace)
                .executeUpdate();
        database.createNativeQuery("""
                        insert into version (repository_id, version, sort_key, prerelease, digest, published_at)
                        select copy.id, v.version, v.sort_key, v.prerelease, v.digest, v.published_at
                        from repository copy, version v join repository first on v.repository_id = first.id
                        where first.namespace = :namespace and first.name = 'p000'
                        and copy.namespace = :namespace and copy.name <> 'p000'
                        """).setParameter("namespace", namespace).executeUpdate();
        database.createNativeQuery("""
                        insert into build (version_id, arch, digest, size, config)
                        select copied.id, b.arch, b.digest, b.size, b.config
                        from version copied join repository copy on copied.repository_id = copy.id,
                        build b join version v on b.version_id = v.id join repository first on v.repository_id = first.id
                        where first.namespace = :namespace and first.name = 'p000'
                        and copy.namespace = :namespace and copy.name <> 'p000'
                        """).setParameter("namespace", namespace).executeUpdate();
    }
}
