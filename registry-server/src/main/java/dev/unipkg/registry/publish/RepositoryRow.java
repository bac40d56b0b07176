package dev.unipkg.registry.publish;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/// The row of a repository, at which everybody queues up who changes what is in it.
@ApplicationScoped
class RepositoryRow {

    private final EntityManager database;

    RepositoryRow(EntityManager database) {
        this.database = database;
    }

    /// Makes the repository this transaction's alone until it ends. To be called before anything of it is looked at:
    /// what a push that held the row has recorded is then seen, and a push that comes later sees this change.
    @Transactional(Transactional.TxType.MANDATORY)
    void lock(Long repository) {
        database.createNativeQuery("select id from repository where id = :id for update")
                .setParameter("id", repository)
                .getResultList();
    }

    /// Drops the repository where nothing is in it, so that its name, and those that could be mistaken for it, are
    /// free.
    /// A push that waits for the row makes a new one.
    @Transactional(Transactional.TxType.MANDATORY)
    void dropIfEmpty(Long repository) {
        database.createNativeQuery("""
                        delete from repository r where r.id = :id
                        and not exists (select 1 from manifest where repository_id = r.id)
                        and not exists (select 1 from version where repository_id = r.id)
                        """).setParameter("id", repository).executeUpdate();
    }
}
