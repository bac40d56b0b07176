package dev.unipkg.registry.catalog;

import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// The names of repositories, in ASCII order.
@ApplicationScoped
public class RepositoryNames {

    private final Sql sql;

    RepositoryNames(Sql sql) {
        this.sql = sql;
    }

    /// The repositories behind `last` that have a tag, at most `limit`. One whose manifests are all without
    /// a tag, as during a push, has nothing to show yet.
    public List<String> tagged(String last, int limit) {
        return sql.query("""
            select path from repository r
            where path > ? and exists (select 1 from tag t where t.repository_id = r.id)
            order by path limit ?
            """, row -> row.getString(1), last, limit);
    }
}
