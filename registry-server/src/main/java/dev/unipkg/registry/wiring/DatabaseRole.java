package dev.unipkg.registry.wiring;

import dev.unipkg.format.file.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The role that the registry has in its own PostgreSQL: the owner of the database and of its tables, but no
/// superuser, who could run programs and read files as PostgreSQL does.
///
/// PostgreSQL in single-user mode makes it, before anybody can connect, and the file `role` beside the cluster
/// says that it was made. The superuser cannot log in afterwards. In a folder of an earlier registry the superuser
/// has the name of the role: it gives up the name first, which a superuser cannot do in its own session, and then
/// the tables.
///
/// @param cluster where PostgreSQL keeps its data; no process may use it
record DatabaseRole(PostgresBinaries binaries, PostgresUser user, Path cluster) {

    /// The superuser that `initdb` makes.
    static final String SUPERUSER = "postgres";

    private static final String FREE_THE_NAME = """
            do $$ begin
            if exists (select from pg_roles where oid = 10 and rolname = '%1$s') then
              create role mover superuser;
              set session authorization mover;
              alter role %1$s rename to %2$s;
              set session authorization %2$s;
              drop role mover;
            end if;
            end $$""";

    private static final String MAKE_THE_ROLE = """
            do $$ declare item regclass; begin
            if not exists (select from pg_roles where rolname = '%1$s') then
              create role %1$s;
            end if;
            alter role %1$s login password '%3$s';
            alter role %2$s nologin password null;
            alter database postgres owner to %1$s;
            for item in select oid from pg_class
                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') loop
              execute format('alter table %%s owner to %1$s', item);
            end loop;
            end $$""";

    /// Makes the role unless it was made before.
    ///
    /// @param password of 64 hexadecimal digits
    /// @throws IOException with a sentence for the operator
    void make(String password) throws IOException {
        Path made = cluster.resolveSibling("role");
        if (Files.exists(made)) {
            return;
        }
        Path script = cluster.resolveSibling("role.sql");
        Path log = cluster.resolveSibling("role.log");
        Folders.writePrivately(script, oneLine(FREE_THE_NAME, password) + oneLine(MAKE_THE_ROLE, password));
        Process process = user.command(
                        binaries.program("postgres"),
                        // A failed statement would be logged with the password in it.
                        List.of(
                                "--single",
                                "-D",
                                cluster.toString(),
                                "-c",
                                "log_min_error_statement=panic",
                                "postgres"))
                .redirectInput(script.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int status = EmbeddedPostgres.waitFor(process);
        Files.delete(script);
        String said = Files.readString(log, StandardCharsets.UTF_8);
        // In single-user mode an error ends the statement and not the program.
        if (status != 0 || said.contains("ERROR:") || said.contains("FATAL:") || said.contains("PANIC:")) {
            throw new IOException("PostgreSQL could not make the role " + EmbeddedPostgres.USER + " in " + cluster
                    + ": " + said.strip());
        }
        Files.writeString(made, EmbeddedPostgres.USER + "\n");
        Disk.sync(made);
        Disk.sync(Objects.requireNonNull(made.toAbsolutePath().getParent()));
        Files.delete(log);
    }

    /// In single-user mode the end of the line ends the statement.
    private static String oneLine(String statement, String password) {
        return statement.formatted(EmbeddedPostgres.USER, SUPERUSER, password).replace('\n', ' ') + "\n";
    }
}
