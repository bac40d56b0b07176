package dev.unipkg.registry.catalog;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.rows.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The versions of packages that were published last.
@ApplicationScoped
public class NewVersions {

    private static final String SELECT = """
            select r.namespace, r.name, left(r.description, 500) as description, v.version, v.digest, v.published_at
            from version v join repository r on r.id = v.repository_id
            where r.kind = 'PACKAGE' and %s
            order by v.published_at desc, v.id desc limit ?
            """;

    private final Sql sql;

    NewVersions(Sql sql) {
        this.sql = sql;
    }

    /// A version of a package.
    ///
    /// @param description the beginning of that of the package's latest version
    public record NewVersion(
            PackageName name, Version version, Digest digest, Instant published, Optional<String> description) {}

    /// The newest ones of the registry.
    public List<NewVersion> ofAll(int limit) {
        return sql.query(SELECT.formatted("true"), NewVersions::version, limit);
    }

    /// The newest ones of a namespace.
    public List<NewVersion> of(String namespace, int limit) {
        return sql.query(SELECT.formatted("r.namespace = ?"), NewVersions::version, namespace, limit);
    }

    /// The newest ones of a package.
    public List<NewVersion> of(Repository repository, int limit) {
        return sql.query(SELECT.formatted("r.id = ?"), NewVersions::version, repository.id, limit);
    }

    private static NewVersion version(ResultSet row) throws SQLException {
        return new NewVersion(
                new PackageName(row.getString("namespace"), row.getString("name")),
                new Version(row.getString("version")),
                Digest.parse(row.getString("digest")),
                row.getTimestamp("published_at").toInstant(),
                Optional.ofNullable(row.getString("description")));
    }
}
