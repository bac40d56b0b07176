package dev.unipkg.registry.wiring;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An embedded database and a data folder of its own for the application under test.
public final class TestDatabase implements QuarkusTestResourceLifecycleManager {

    private @Nullable EmbeddedPostgres database;

    @Override
    public Map<String, String> start() {
        try {
            Path data = Files.createTempDirectory(Path.of("target"), "data-");
            database = EmbeddedPostgres.start(withPrograms(Files.createDirectory(data.resolve("postgres"))));
            return Map.of(
                    "unipkg.data", data.toString(),
                    "unipkg.scrub.bytes-per-second", "0",
                    "quarkus.datasource.jdbc.url", database.jdbcUrl(),
                    "quarkus.datasource.username", EmbeddedPostgres.USER,
                    "quarkus.datasource.password", database.password());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Unpacks the programs once for all tests and lends them to this folder.
    static Path withPrograms(Path folder) throws IOException {
        Path programs = Path.of("target", EmbeddedPostgres.BINARIES).toAbsolutePath();
        PostgresBinaries.unpackedAt(programs);
        Files.createSymbolicLink(folder.resolve(EmbeddedPostgres.BINARIES), programs);
        return folder;
    }

    @Override
    public void stop() {
        if (database != null) {
            try {
                database.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
