package dev.unipkg.registry.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.registry.wiring.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;

/// A registry that held blobs by claims has leases after its upgrade, and loses nothing.
class LeaseMigrationTest {

    private static final String OLD_ROWS = """
        insert into repository (namespace, name, skeleton, kind, updated_at)
        values ('acme', 'web', 'acme/web', 'PACKAGE', now()), ('acme', 'plain', 'acme/plain', 'PLAIN', now());
        insert into manifest (repository_id, digest, media_type, artifact_type, size, claims, pushed_at)
        values (1, 'sha256:index', 'i', 'application/vnd.unipkg.package.v1', 30, 1, now() - interval '2 days'),
            (1, 'sha256:build', 'm', 'application/vnd.unipkg.package.v1', 20, 2, now() - interval '2 days'),
            (1, 'sha256:loose', 'm', 'application/vnd.unipkg.package.v1', 10, 1, now() - interval '2 days'),
            (2, 'sha256:thing', 'm', null, 5, 1, now());
        insert into manifest_link (manifest_id, digest)
        values (1, 'sha256:build'), (2, 'sha256:layer'), (3, 'sha256:layer'), (4, 'sha256:config');
        insert into held_blob (repository, digest, size, claims, held_since)
        values ('acme/web', 'sha256:layer', 1000, 2, now() - interval '2 days'),
            ('acme/web', 'sha256:unnamed', 100, 1, now() - interval '2 days'),
            ('acme/plain', 'sha256:layer', 1000, 1, now()),
            ('other/web', 'sha256:layer', 1000, 1, now());
        insert into version (repository_id, version, sort_key, prerelease, digest, published_at)
        values (1, '1.0', '1.0', false, 'sha256:index', now());
        insert into build (version_id, arch, digest, size, config) values (1, 'x86_64', 'sha256:build', 1, '{}');
        insert into tag (repository_id, name, digest, version_id, updated_at)
        values (1, '1.0', 'sha256:index', 1, now());
        """;

    @Test
    void claimsBecomeLeases() throws SQLException {
        TestDatabase database = new TestDatabase();
        Map<String, String> settings = database.start();
        try (Connection connection = DriverManager.getConnection(
                settings.get("quarkus.datasource.jdbc.url"),
                settings.get("quarkus.datasource.username"),
                settings.get("quarkus.datasource.password"))) {
            flyway(settings).target("3").load().migrate();
            try (Statement insert = connection.createStatement()) {
                insert.execute(OLD_ROWS);
            }
            flyway(settings).load().migrate();

            assertThat(text(connection, "select string_agg(digest || ' ' || size, ',' order by digest) from blob"))
                    .isEqualTo("sha256:build 20,sha256:config 0,sha256:index 30,sha256:layer 1000,sha256:loose 10,"
                            + "sha256:thing 5,sha256:unnamed 100");
            assertThat(text(connection, """
                select string_agg(repository || ' ' || digest, ',' order by repository, digest) from lease
                where expires between now() + interval '23 hours' and now() + interval '24 hours'
                """))
                    .isEqualTo("acme/plain sha256:layer,acme/web sha256:layer,acme/web sha256:unnamed,"
                            + "other/web sha256:layer");
            assertThat(text(connection, """
                select string_agg(digest, ',' order by digest) from manifest where unnamed_since is not null
                """)).isEqualTo("sha256:loose,sha256:thing");
            assertThat(text(connection, """
                select string_agg(repository_id || ' ' || digest, ',' order by repository_id, digest)
                from manifest_link
                """)).isEqualTo("1 sha256:build,1 sha256:layer,1 sha256:layer,2 sha256:config");
            assertThat(text(connection, """
                select string_agg(namespace || ' ' || bytes, ',' order by namespace) from namespace_usage
                """)).isEqualTo("acme 1165,other 1000");
        } finally {
            database.stop();
        }
    }

    private static FluentConfiguration flyway(Map<String, String> settings) {
        return Flyway.configure()
                .dataSource(
                        settings.get("quarkus.datasource.jdbc.url"),
                        settings.get("quarkus.datasource.username"),
                        settings.get("quarkus.datasource.password"));
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
