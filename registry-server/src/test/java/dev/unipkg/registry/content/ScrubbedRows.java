package dev.unipkg.registry.content;

import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.TestDatabase;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/// The rows of a registry that has no server.
final class ScrubbedRows implements AutoCloseable {

    private final TestDatabase database = new TestDatabase();
    private final PGSimpleDataSource connections = new PGSimpleDataSource();

    ScrubbedRows() {
        Map<String, String> settings = database.start();
        connections.setUrl(settings.get("quarkus.datasource.jdbc.url"));
        connections.setUser(settings.get("quarkus.datasource.username"));
        connections.setPassword(settings.get("quarkus.datasource.password"));
        Flyway.configure().dataSource(connections).load().migrate();
    }

    /// Begins anew: there is no blob, and no round was ever begun.
    Sql emptied() {
        Sql sql = new Sql(connections);
        sql.update("delete from blob");
        sql.update("update scrub set begun = '-infinity', moved = '-infinity', after = null, ended = null");
        return sql;
    }

    @Override
    public void close() {
        database.stop();
    }
}
