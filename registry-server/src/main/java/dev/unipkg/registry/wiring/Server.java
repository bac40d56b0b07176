package dev.unipkg.registry.wiring;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.vertx.http.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/// The registry server's process: settings, then the database, then the HTTP server, and back.
@QuarkusMain
public class Server implements QuarkusApplication {

    private static final int FAILED = 1;

    /// Quarkus itself waits 10 s for requests under way (`quarkus.shutdown.timeout`).
    private static final int STOP_SECONDS = 60;

    private final HttpServer http;

    Server(HttpServer http) {
        this.http = http;
    }

    public static void main(String... args) {
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            Config config = ConfigProvider.getConfig();
            SettingNames.check(config, System.getenv().keySet());
            requireFreePort(config);
            if (text(config, "quarkus.datasource.jdbc.url").isEmpty()) {
                startDatabase(Path.of(text(config, "unipkg.data").orElse("data")), stopped);
            }
        } catch (SettingsException | IOException e) {
            System.err.println("unipkg: " + e.getMessage());
            System.exit(FAILED);
        }
        Quarkus.run(
                Server.class,
                (code, failure) -> {
                    if (failure != null) {
                        System.err.println("unipkg: the server did not start: " + failure.getMessage());
                    }
                    stopped.countDown();
                    System.exit(code);
                },
                args);
    }

    @Override
    public int run(String... args) {
        System.out.println("listening on http://localhost:" + http.getPort());
        Quarkus.waitForExit();
        return 0;
    }

    private static void startDatabase(Path data, CountDownLatch stopped) throws IOException {
        EmbeddedPostgres database = EmbeddedPostgres.start(data.resolve("postgres"));
        Map.of(
                        "quarkus.datasource.jdbc.url", database.jdbcUrl(),
                        "quarkus.datasource.username", EmbeddedPostgres.USER,
                        "quarkus.datasource.password", database.password())
                .forEach(System::setProperty);
        // Hooks run side by side: this one lets the HTTP server answer its last requests first.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(database, stopped), "stop-postgres"));
    }

    private static void stop(EmbeddedPostgres database, CountDownLatch stopped) {
        try {
            if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("unipkg: requests were still under way after " + STOP_SECONDS + " s");
            }
            database.close();
        } catch (IOException e) {
            System.err.println("unipkg: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void requireFreePort(Config config) throws IOException {
        int port = config.getOptionalValue("quarkus.http.port", Integer.class).orElse(8080);
        String host = text(config, "quarkus.http.host").orElse("0.0.0.0");
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (BindException e) {
            throw new SettingsException("port " + port + " on " + host + " cannot be used (" + e.getMessage()
                    + "); choose another with quarkus.http.port, or stop what listens there");
        }
    }

    private static Optional<String> text(Config config, String key) {
        return config.getOptionalValue(key, String.class).filter(value -> !value.isBlank());
    }
}
