package dev.unipkg.registry.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedPostgresTest {

    @TempDir
    Path folder;

    @BeforeEach
    void lendPrograms() throws IOException {
        TestDatabase.withPrograms(folder);
    }

    @Test
    void keepsItsRowsFromOneStartToTheNext() throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder)) {
            execute(first, "CREATE TABLE kept (word text)");
            execute(first, "INSERT INTO kept VALUES ('here')");
        }
        try (EmbeddedPostgres second = EmbeddedPostgres.start(folder)) {
            assertThat(query(second, "SELECT word FROM kept")).isEqualTo("here");
        }
    }

    @Test
    void syncsBeforeItAcknowledges() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.start(folder)) {
            assertThat(query(database, "SHOW fsync")).isEqualTo("on");
            assertThat(query(database, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(database, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(query(database, "SHOW data_checksums")).isEqualTo("on");
            assertThat(query(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        }
    }

    /// Every connection to its port needs the password, under any user name, for example one from a guest that
    /// can reach this host's loopback.
    @Test
    void clientWithoutThePasswordIsRefused() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.start(folder)) {
            for (String user : List.of(EmbeddedPostgres.USER, "postgres", "replicator")) {
                for (String password : List.of("postgres", "wrong", database.password() + "0")) {
                    assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), user, password))
                            .as(user)
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
                }
                assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), user, ""))
                        .hasMessageContaining("SCRAM");
            }
            assertThat(Files.readAllLines(folder.resolve("cluster/pg_hba.conf")).stream()
                            .filter(line -> !line.isBlank() && !line.startsWith("#")))
                    .as("the only way in")
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith("scram-sha-256"));
            assertThat(query(database, "SHOW password_encryption")).isEqualTo("scram-sha-256");
        }
    }

    @Test
    void roleOfTheRegistryIsNoSuperuser() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.start(folder)) {
            requireNoSuperuser(database);
        }
        assertThat(folder.resolve("role.sql")).doesNotExist();
    }

    @Test
    void folderOfAnEarlierRegistryGivesItsTablesToARoleThatIsNoSuperuser() throws Exception {
        makeEarlierCluster();
        Files.writeString(folder.resolve("role"), "not made");
        try (EmbeddedPostgres earlier = EmbeddedPostgres.start(folder)) {
            execute(earlier, "CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY, word text)");
            execute(earlier, "INSERT INTO kept (word) VALUES ('here')");
            assertThat(query(earlier, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("t");
        }
        Files.delete(folder.resolve("role"));
        for (int starts = 0; starts < 2; starts++) {
            try (EmbeddedPostgres database = EmbeddedPostgres.start(folder)) {
                requireNoSuperuser(database);
                execute(database, "INSERT INTO kept (word) VALUES ('more')");
                execute(database, "ALTER TABLE kept ADD COLUMN start" + starts + " text");
                assertThat(query(database, "SELECT word FROM kept ORDER BY id")).isEqualTo("here");
            }
        }
    }

    /// As registries made it whose role was the superuser.
    private void makeEarlierCluster() throws Exception {
        PostgresBinaries binaries = PostgresBinaries.unpackedAt(folder.resolve(EmbeddedPostgres.BINARIES));
        PostgresUser user = PostgresUser.ofThisProcess().reaching(folder, binaries);
        Path cluster = Folders.createPrivate(folder.resolve("cluster"));
        Path password = folder.resolve("password");
        Folders.writePrivately(password, "0123456789abcdef");
        user.own(cluster);
        user.own(password);
        Process initdb = user.command(
                        binaries.program("initdb"),
                        List.of(
                                "--pgdata=" + cluster,
                                "--username=" + EmbeddedPostgres.USER,
                                "--auth=scram-sha-256",
                                "--pwfile=" + password,
                                "--locale=C"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("initdb.log").toFile())
                .start();
        assertThat(EmbeddedPostgres.waitFor(initdb))
                .as(Files.readString(folder.resolve("initdb.log")))
                .isZero();
    }

    private static void requireNoSuperuser(EmbeddedPostgres database) throws SQLException {
        assertThat(query(database, "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolsuper"))
                .isEqualTo("postgres");
        assertThat(query(database, "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolcanlogin"))
                .isEqualTo(EmbeddedPostgres.USER);
        assertThatThrownBy(() -> execute(database, "COPY (SELECT 1) TO PROGRAM 'cat'"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> execute(database, "SET ROLE postgres")).hasMessageContaining("permission denied");
    }

    @Test
    void keepsWhatWasCommittedWhenPostgresItselfIsKilled() throws Exception {
        EmbeddedPostgres killed = EmbeddedPostgres.start(folder);
        execute(killed, "CREATE TABLE kept (word text)");
        execute(killed, "INSERT INTO kept VALUES ('committed')");
        ProcessHandle postmaster = postmaster();
        postmaster.destroyForcibly();
        postmaster.onExit().join();
        killed.close();
        assertThat(folder.resolve("cluster/postmaster.pid")).exists();
        try (EmbeddedPostgres next = EmbeddedPostgres.start(folder)) {
            assertThat(query(next, "SELECT word FROM kept")).isEqualTo("committed");
        }
    }

    @Test
    void stopsAPostgresThatAKilledServerLeftRunning() throws Exception {
        EmbeddedPostgres orphan = EmbeddedPostgres.start(folder);
        execute(orphan, "CREATE TABLE kept (word text)");
        ProcessHandle left = postmaster();
        orphan.abandon();
        try (EmbeddedPostgres next = EmbeddedPostgres.start(folder)) {
            assertThat(left.isAlive()).isFalse();
            assertThat(query(next, "SELECT count(*) FROM kept")).isEqualTo("0");
        }
    }

    @Test
    void leavesAnotherProgramAloneThatHasTheOldProcessId() throws Exception {
        EmbeddedPostgres.start(folder).close();
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Path file = folder.resolve("cluster/postmaster.pid");
            Files.write(
                    file,
                    List.of(
                            Long.toString(stranger.pid()),
                            folder.resolve("cluster").toString(),
                            "0",
                            "1"));
            try (EmbeddedPostgres next = EmbeddedPostgres.start(folder)) {
                assertThat(query(next, "SELECT 1")).isEqualTo("1");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void beginsAgainWhereAFirstStartWasCutOff() throws Exception {
        Files.createDirectories(folder.resolve("cluster.initialising/base"));
        Files.delete(folder.resolve(EmbeddedPostgres.BINARIES));
        Files.createDirectories(folder.resolve(EmbeddedPostgres.BINARIES + ".unpacking/bin"));
        try (EmbeddedPostgres database = EmbeddedPostgres.start(folder)) {
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void twoServersCannotShareAFolder() throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder)) {
            assertThat(query(first, "SELECT 1")).isEqualTo("1");
            assertThatThrownBy(() -> EmbeddedPostgres.start(folder))
                    .hasMessageContaining("another unipkg server is running");
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsToldWithItsReason() throws Exception {
        Path file = Files.createFile(folder.resolve("a file"));
        Path below = file.resolve("postgres");
        assertThatThrownBy(() -> EmbeddedPostgres.start(below))
                .isInstanceOf(SettingsException.class)
                .hasMessage(
                        "the folder %s cannot be made or written (%s: Not a directory);"
                                + " choose another data folder with --data or unipkg.data",
                        below, below);
        assertThatThrownBy(() -> EmbeddedPostgres.start(file))
                .hasMessageStartingWith(
                        "the folder %s cannot be made or written (%s: it is there and no folder)", file, file);
        assertThat(Folders.unusable(below, new AccessDeniedException("/data")))
                .hasMessageContaining("cannot be made or written (/data: permission denied)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-xr-x", "rwx------"})
    void runsAsNobodyWhereTheServerIsRoot(String folderOnTheWay) throws Exception {
        assumeTrue(
                (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "only root, which PostgreSQL refuses to be, has to become somebody else");
        PostgresUser nobody = PostgresUser.ofThisProcess();
        assertThat(nobody.uid()).isEqualTo(65534);
        Path way = Files.createTempDirectory(Path.of("/tmp"), "postgres-");
        Files.setPosixFilePermissions(way, PosixFilePermissions.fromString(folderOnTheWay));
        Path home = way.resolve("data/postgres");
        try (EmbeddedPostgres database = EmbeddedPostgres.start(home, nobody)) {
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
            assertThat(Files.getAttribute(home.resolve("cluster/PG_VERSION"), "unix:uid"))
                    .isEqualTo(65534);
        }
        assertThat(Files.getPosixFilePermissions(way)).isEqualTo(PosixFilePermissions.fromString(folderOnTheWay));
        try (EmbeddedPostgres database = EmbeddedPostgres.start(home)) {
            assertThat(query(database, "SELECT 1")).isEqualTo("1");
        } finally {
            Folders.delete(way);
        }
    }

    @Test
    void theFirstStartOutlastsAPowerCut() throws Exception {
        Path events = folder.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withThreshold(Duration.ZERO);
            recording.start();
            try (EmbeddedPostgres database = EmbeddedPostgres.start(folder)) {
                assertThat(query(database, "SELECT 1")).isEqualTo("1");
            }
            recording.stop();
            recording.dump(events);
        }
        List<String> synced = RecordingFile.readAllEvents(events).stream()
                .map(event -> event.getString("path"))
                .filter(path -> path.startsWith(folder.toString()))
                .toList();
        assertThat(synced)
                .containsSubsequence(folder.resolve("password").toString(), folder.toString(), folder.toString());
    }

    @Test
    void nobodyElseOnTheMachineGetsIn() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.start(folder)) {
            assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), EmbeddedPostgres.USER, "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(Files.getPosixFilePermissions(folder.resolve("password")))
                    .hasSize(2);
        }
    }

    private ProcessHandle postmaster() throws IOException {
        String pid = Files.readAllLines(folder.resolve("cluster/postmaster.pid"))
                .getFirst()
                .strip();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static void execute(EmbeddedPostgres database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedPostgres database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static Connection connect(EmbeddedPostgres database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), EmbeddedPostgres.USER, database.password());
    }
}
