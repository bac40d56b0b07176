package dev.unipkg.registry.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnersDatabaseTest {

    @TempDir
    Path data;

    private Path folder = Path.of("");

    @BeforeEach
    void lendPrograms() throws IOException {
        folder = TestDatabase.withPrograms(Files.createDirectory(data.resolve("postgres")));
    }

    @Test
    void isReachedWhereNoServerRunsAndLeftAsItWas() throws Exception {
        EmbeddedPostgres.start(folder).close();
        try (OwnersDatabase database = OwnersDatabase.open(data)) {
            assertThat(user(database)).isEqualTo(EmbeddedPostgres.USER);
        }
        assertThat(folder.resolve("cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void isReachedBesideTheServerThatRunsOnIt() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            try (OwnersDatabase database = OwnersDatabase.open(data)) {
                assertThat(user(database)).isEqualTo(EmbeddedPostgres.USER);
            }
            assertThat(folder.resolve("cluster/postmaster.pid")).exists();
            assertThat(server.jdbcUrl()).isNotEmpty();
        }
    }

    @Test
    void aFolderWithoutARegistryStaysOne() {
        assertThatThrownBy(() -> OwnersDatabase.open(data.resolve("elsewhere")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("there is no registry in ");
        assertThat(data.resolve("elsewhere")).doesNotExist();
    }

    private static String user(OwnersDatabase database) throws SQLException {
        try (Statement statement = database.connection().createStatement();
                ResultSet rows = statement.executeQuery("select current_user")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
