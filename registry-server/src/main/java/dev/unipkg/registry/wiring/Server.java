package dev.unipkg.registry.wiring;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/// The registry server's process: configuration, then the database, then the HTTP server, and back.
@QuarkusMain
public final class Server {

    Server() {}

    public static void main(String... args) throws IOException {
        Config config = ConfigProvider.getConfig();
        if (config.getOptionalValue("quarkus.datasource.jdbc.url", String.class).isPresent()) {
            Quarkus.run(args);
            return;
        }
        String data = config.getOptionalValue("unipkg.data", String.class).orElse("data");
        EmbeddedPostgres database = EmbeddedPostgres.start(java.nio.file.Path.of(data, "postgres"));
        Map.of(
                        "quarkus.datasource.jdbc.url", database.jdbcUrl(),
                        "quarkus.datasource.username", EmbeddedPostgres.USER,
                        "quarkus.datasource.password", database.password())
                .forEach(System::setProperty);
        Quarkus.run(
                null,
                (code, failure) -> {
                    try {
                        database.close();
                    } catch (IOException e) {
                        System.err.println(e.getMessage());
                    }
                    System.exit(code);
                },
                args);
    }
}
