package dev.unipkg.registry.publish;

import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/// The row of a repository, which orders the transactions that change what is in it.
@ApplicationScoped
class RepositoryRow {

    private final Sql sql;

    RepositoryRow(Sql sql) {
        this.sql = sql;
    }

    /// Locks the repository until the transaction ends. To be called before anything of it is looked at: changes by a
    /// push that held the row are visible then, and a push that comes later sees this change.
    @Transactional(Transactional.TxType.MANDATORY)
    void lock(Long repository) {
        sql.query("select id from repository where id = ? for update", row -> row.getLong(1), repository);
    }

    /// Drops the repository where nothing is in it, so that its name, and those that could be mistaken for it, are
    /// free.
    /// A push that waits for the row makes a new one.
    @Transactional(Transactional.TxType.MANDATORY)
    void dropIfEmpty(Long repository) {
        sql.update("""
            delete from repository r where r.id = ?
            and not exists (select 1 from manifest where repository_id = r.id)
            and not exists (select 1 from version where repository_id = r.id)
            """, repository);
    }
}
