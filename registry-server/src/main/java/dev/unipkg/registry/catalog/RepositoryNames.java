package dev.unipkg.registry.catalog;

import dev.unipkg.format.PackageName;
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
    ///
    /// @param plain whether those are among them whose names no package can have; they cannot be read where the
    ///     operator no longer allows them
    public List<String> tagged(boolean plain, String last, int limit) {
        return sql.query("""
            select path from repository r
            where path > ? and exists (select 1 from tag t where t.repository_id = r.id)
            and (? or path ~ '^[^/]+/[a-z0-9]+([.-][a-z0-9]+)*$' and length(path) - position('/' in path) <= ?)
            order by path limit ?
            """, row -> row.getString(1), last, plain, PackageName.MAX_PART_LENGTH, limit);
    }
}
