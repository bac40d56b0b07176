package dev.unipkg.registry.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.postgresql.ds.PGSimpleDataSource;

/// A connection to the registry's database for its operator, whether or not a server runs: the configured one,
/// or the embedded one, which is started while this is open if it does not run.
public final class OwnersDatabase implements AutoCloseable {

    private final Connection connection;
    private final Optional<EmbeddedPostgres> started;

    private OwnersDatabase(Connection connection, Optional<EmbeddedPostgres> started) {
        this.connection = connection;
        this.started = started;
    }

    /// @throws IOException with a sentence for the operator: there is no registry, or its database does not answer
    public static OwnersDatabase open(Config config) throws IOException {
        Optional<String> url = SettingNames.text(config, "quarkus.datasource.jdbc.url");
        if (url.isPresent()) {
            String user =
                    SettingNames.text(config, "quarkus.datasource.username").orElse("");
            String password =
                    SettingNames.text(config, "quarkus.datasource.password").orElse("");
            return new OwnersDatabase(connect(url.get(), user, password), Optional.empty());
        }
        return open(Path.of(SettingNames.text(config, "unipkg.data").orElse("data")));
    }

    static OwnersDatabase open(Path data) throws IOException {
        Path folder = data.resolve("postgres");
        if (!Files.isDirectory(folder.resolve("cluster"))) {
            throw new IOException("there is no registry in "
                    + data.toAbsolutePath().normalize() + "; the first start of one shows an administrator's key");
        }
        EmbeddedPostgres started;
        try {
            started = EmbeddedPostgres.start(folder);
        } catch (FolderInUseException running) {
            String url = EmbeddedPostgres.jdbcUrl(new PostmasterFile(folder.resolve("cluster")).port());
            String password = Files.readString(folder.resolve("password"));
            return new OwnersDatabase(connect(url, EmbeddedPostgres.USER, password), Optional.empty());
        }
        try {
            Connection connection = connect(started.jdbcUrl(), EmbeddedPostgres.USER, started.password());
            return new OwnersDatabase(connection, Optional.of(started));
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    public Connection connection() {
        return connection;
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the database did not let go: " + e.getMessage(), e);
        } finally {
            if (started.isPresent()) {
                started.get().close();
            }
        }
    }

    private static Connection connect(String url, String user, String password) throws IOException {
        try {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setURL(url);
            return user.isEmpty() ? source.getConnection() : source.getConnection(user, password);
        } catch (SQLException | IllegalArgumentException e) {
            throw new IOException("the database does not answer: " + e.getMessage(), e);
        }
    }
}
