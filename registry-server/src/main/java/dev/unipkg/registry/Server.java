package dev.unipkg.registry;

import dev.unipkg.registry.accounts.AdministratorKey;
import dev.unipkg.registry.wiring.BaseUrl;
import dev.unipkg.registry.wiring.ConfiguredStorage;
import dev.unipkg.registry.wiring.EmbeddedPostgres;
import dev.unipkg.registry.wiring.OwnersDatabase;
import dev.unipkg.registry.wiring.SettingNames;
import dev.unipkg.registry.wiring.SettingsException;
import dev.unipkg.storage.StoreCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.vertx.http.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// The registry server's process: settings, then the database, then the HTTP server, and back. With
/// `--new-administrator-key` or `--check-storage` it does that instead, and ends.
@QuarkusMain
public class Server implements QuarkusApplication {

    private static final Logger LOG = Logger.getLogger(Server.class);
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String NEW_KEY = "--new-administrator-key";
    private static final String REVOKE_OTHERS = "--revoke-other-administrators";
    private static final String CHECK_STORAGE = "--check-storage";

    /// Quarkus itself waits 10 s for requests under way (`quarkus.shutdown.timeout`).
    private static final int STOP_SECONDS = 60;

    /// A heap of 256 MiB, of which Java does not count a part that it needs itself.
    private static final long LEAST_HEAP_BYTES = 240L << 20;

    private static final String ALL_ADDRESSES = "0.0.0.0";

    private final HttpServer http;
    private final String host;
    private final Optional<String> url;

    Server(
            HttpServer http,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "unipkg.url") Optional<String> url) {
        this.http = http;
        this.host = host;
        this.url = url;
    }

    public static void main(String... args) {
        List<String> arguments = List.of(args);
        boolean checksStorage = arguments.equals(List.of(CHECK_STORAGE));
        requireKnown(arguments);
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            Config config = ConfigProvider.getConfig();
            SettingNames.check(config, System.getenv().keySet());
            if (checksStorage) {
                checkStorage(config);
                return;
            }
            if (arguments.contains(NEW_KEY)) {
                makeKey(config, arguments.contains(REVOKE_OTHERS));
                return;
            }
            requireHeap();
            requireFreePort(config);
            chooseLogFormat(config);
            if (SettingNames.text(config, "quarkus.datasource.jdbc.url").isEmpty()) {
                startDatabase(Path.of(SettingNames.text(config, "unipkg.data").orElse("data")), stopped);
            }
        } catch (SettingsException | IOException e) {
            System.err.println("unipkg: " + e.getMessage());
            System.exit(FAILED);
        }
        Quarkus.run(
                Server.class,
                (code, failure) -> {
                    if (failure != null) {
                        StartFailure.of(failure).tell(System.err);
                    }
                    stopped.countDown();
                    System.exit(code);
                },
                args);
    }

    private static void requireKnown(List<String> arguments) {
        boolean known = arguments.isEmpty()
                || arguments.equals(List.of(CHECK_STORAGE))
                || arguments.contains(NEW_KEY)
                        && List.of(NEW_KEY, REVOKE_OTHERS).containsAll(arguments);
        if (!known) {
            System.err.println(
                    "unipkg: expected no arguments, " + CHECK_STORAGE + ", or " + NEW_KEY + " [" + REVOKE_OTHERS + "]");
            System.exit(USAGE);
        }
    }

    @Override
    public int run(String... args) {
        BaseUrl.warning(host, url).ifPresent(LOG::warn);
        System.out.println("listening on http://" + shown(host) + ":" + http.getPort());
        Quarkus.waitForExit();
        return 0;
    }

    /// The host as a person on this machine types it.
    private static String shown(String host) {
        boolean here =
                Set.of(ALL_ADDRESSES, "::", "127.0.0.1", "::1", "localhost").contains(host);
        return here ? "localhost" : host.contains(":") ? "[" + host + "]" : host;
    }

    private static void checkStorage(Config config) throws IOException {
        StoreCheck.Report report = StoreCheck.of(ConfiguredStorage.of(config));
        System.out.print(report);
        if (!report.isGood()) {
            System.err.println(
                    "unipkg: the storage does not do what the registry needs; send this report to its maker");
            System.exit(FAILED);
        }
    }

    private static void makeKey(Config config, boolean revokeOthers) throws IOException {
        try (OwnersDatabase database = OwnersDatabase.open(config)) {
            AdministratorKey.Made made = AdministratorKey.make(database.connection(), Instant.now(), revokeOthers);
            System.out.println("administrator key: " + made.text());
            System.err.println("Keep it: it is shown once, now. Keys of other administrators: " + made.others()
                    + " good, " + made.revoked() + " revoked now.");
        } catch (SQLException e) {
            throw new IOException("no key was made; has a registry started on this database? " + e.getMessage(), e);
        }
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

    private static void requireHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        if (heap < LEAST_HEAP_BYTES) {
            throw new SettingsException("Java's heap may take " + (heap >> 20)
                    + " MiB, expected at least 256; give it more with --heap (UNIPKG_HEAP)");
        }
    }

    /// The logging of the framework starts with it, and reads no settings but its own.
    private static void chooseLogFormat(Config config) {
        boolean json = SettingNames.text(config, "unipkg.log.format").orElse("").equalsIgnoreCase("json");
        System.setProperty("quarkus.log.console.json.enabled", Boolean.toString(json));
    }

    private static void requireFreePort(Config config) throws IOException {
        int port = SettingNames.text(config, "quarkus.http.port")
                .map(String::strip)
                .map(Integer::parseInt)
                .orElse(8080);
        String host = SettingNames.text(config, "quarkus.http.host").orElse(ALL_ADDRESSES);
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new SettingsException("quarkus.http.host is \"" + host
                    + "\", which is neither an address nor a name that this machine finds; expected one of this"
                    + " machine's addresses with --host (quarkus.http.host), or"
                    + " " + ALL_ADDRESSES + " for all of them");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (BindException e) {
            throw new SettingsException("port " + port + " on " + host + " cannot be used (" + e.getMessage()
                    + "); choose another with --port or --host (quarkus.http.port, quarkus.http.host), or stop"
                    + " what listens there");
        }
    }
}
