package dev.unipkg.registry.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.publish.PackageMaker.Layer;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No log and no row tells who asked for what.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class PrivacyTest {

    /// Every address of 127.0.0.0/8 is this machine's, so a connection can come from one that nothing else mentions.
    private static final String ADDRESS = "127.83.61.47";

    private static final String AGENT = "telling-agent-8361";
    private static final String FORWARDED = "203.0.113.83";
    private static final String COOKIE = "telling-cookie-8361";

    private static final String NAME = "telling-name-8361";
    private static final Charset LATIN = StandardCharsets.ISO_8859_1;

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Inject
    EntityManager database;

    @Inject
    Settings settings;

    @Test
    void noLogAndNoTableHoldsAnythingOfAClient() throws IOException {
        String key = keys.publisher("private");
        List<String> tellings = List.of(ADDRESS, AGENT, FORWARDED, COOKIE, key, key.substring(4));
        String told = capturing(() -> {
            for (String request : requests(key)) {
                assertThat(send(request)).startsWith("HTTP/1.1 ");
            }
        });
        assertThat(told).doesNotContain(tellings);
        assertThat(everyRow()).contains("private").doesNotContain(tellings);
        assertThat(everyFile(settings.data())).doesNotContain(tellings);
    }

    @Test
    void aPushIsOfNobody() throws IOException {
        String key = keys.publisher("private");
        List<String> tellings = List.of(ADDRESS, AGENT, FORWARDED, COOKIE, key, key.substring(4));
        Build build = PackageMaker.build(Arch.X86_64, "pushed by nobody");
        String told = capturing(() -> {
            for (byte[] blob : Stream.concat(
                            Stream.of(build.config()), build.layers().stream().map(Layer::blob))
                    .toList()) {
                String path = "blobs/uploads/?digest=" + Digest.of(blob);
                assertThat(send(push("POST", path, key, "application/octet-stream", blob)))
                        .startsWith("HTTP/1.1 201 ");
            }
            byte[] index = PackageMaker.index("1.0", build);
            assertThat(send(push("PUT", "manifests/" + build.digest(), key, MediaTypes.IMAGE_MANIFEST, build.bytes())))
                    .startsWith("HTTP/1.1 201 ");
            assertThat(send(push("PUT", "manifests/1.0", key, MediaTypes.IMAGE_INDEX, index)))
                    .startsWith("HTTP/1.1 201 ");
        });
        assertThat(told).doesNotContain(tellings);
        assertThat(everyRow()).contains("a small program").doesNotContain(tellings);
        assertThat(everyFile(settings.data())).doesNotContain(tellings);
    }

    @Test
    void aFaultIsLoggedWithItsTraceAndWithoutWhoMetIt() throws IOException {
        String key = keys.publisher("private");
        String told = capturing(() -> {
            execute("alter table repository rename to repository_away");
            try {
                assertThat(send("GET /v2/private/" + NAME + "/manifests/" + NAME + " HTTP/1.1\r\nAuthorization: Bearer "
                                + key + "\r\n"))
                        .startsWith("HTTP/1.1 500 ");
                assertThat(send("PUT /api/v1/packages/private/thing/tags/" + NAME
                                + " HTTP/1.1\r\nAuthorization: Bearer " + key + "\r\n" + json("{\"version\":\"1.0\"}")))
                        .startsWith("HTTP/1.1 500 ");
                assertThat(send("GET /v2/private/thing/tags/list?last=" + NAME + " HTTP/1.1\r\n"))
                        .startsWith("HTTP/1.1 500 ");
            } finally {
                execute("alter table repository_away rename to repository");
            }
        });
        assertThat(told)
                .contains("a GET request failed", "\tat dev.unipkg.")
                .doesNotContain(ADDRESS, AGENT, FORWARDED, COOKIE, NAME, key, key.substring(4));
    }

    private static String push(String method, String path, String key, String type, byte[] body) {
        return method + " /v2/private/thing/" + path + " HTTP/1.1\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length + "\r\nBODY:"
                + new String(body, LATIN);
    }

    @Transactional
    void execute(String sql) {
        database.createNativeQuery(sql).executeUpdate();
    }

    private static List<String> requests(String key) {
        String bearer = "Authorization: Bearer " + key + "\r\n";
        String body = "{\"namespace\":\"private\",\"description\":\"of a test\"}";
        return List.of(
                "GET /api/v1 HTTP/1.1\r\n",
                "GET /api/v1/whoami HTTP/1.1\r\n" + bearer,
                "GET /api/v1/keys HTTP/1.1\r\n" + bearer,
                "POST /api/v1/keys HTTP/1.1\r\n" + bearer + json(body),
                "POST /api/v1/keys HTTP/1.1\r\n" + bearer + json("{broken"),
                "POST /api/v1/namespaces HTTP/1.1\r\n" + bearer + json("{\"name\":\"x\"}"),
                "GET /api/v1/whoami HTTP/1.1\r\nAuthorization: Bearer " + key + "x\r\n",
                "GET /v2/ HTTP/1.1\r\n",
                "GET /v2/token HTTP/1.1\r\n" + bearer,
                "POST /v2/private/thing/blobs/uploads/ HTTP/1.1\r\n" + bearer + "Content-Length: 0\r\n",
                "GET /v2/private/thing/manifests/latest HTTP/1.1\r\n",
                "GET /v2/private/thing/blobs/sha256:" + "0".repeat(64) + " HTTP/1.1\r\n",
                "GET /api/v1/packages?q=thing HTTP/1.1\r\n",
                "GET /?q=thing HTTP/1.1\r\n",
                "GET /packages/private/thing HTTP/1.1\r\n",
                "GET /nothing HTTP/1.1\r\n",
                "GET /a%2fb HTTP/1.1\r\n",
                "BREW /api/v1 HTTP/1.1\r\n");
    }

    /// Headers that end a request with a JSON body; the body itself follows the blank line that [#send] writes.
    private static String json(String body) {
        return "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\nBODY:" + body;
    }

    private String send(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(whole(request).getBytes(LATIN));
            return new String(socket.getInputStream().readAllBytes(), LATIN);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort(), InetAddress.getByName(ADDRESS), 0);
        socket.setSoTimeout(30_000);
        return socket;
    }

    /// With all that may tell of a client.
    private static String whole(String request) {
        int at = request.indexOf("BODY:");
        String head = at < 0 ? request : request.substring(0, at);
        String body = at < 0 ? "" : request.substring(at + "BODY:".length());
        return head
                + "Host: registry\r\nUser-Agent: " + AGENT + "\r\nX-Forwarded-For: " + FORWARDED
                + "\r\nForwarded: for=" + FORWARDED + "\r\nCookie: id=" + COOKIE + "\r\nReferer: http://" + AGENT
                + "/\r\nConnection: close\r\n\r\n" + body;
    }

    /// The log of these requests, at the registry's most detailed level.
    private static String capturing(Requests requests) throws IOException {
        StringBuffer logged = new StringBuffer();
        Handler handler = new Handler() {
            private final SimpleFormatter formatter = new SimpleFormatter();

            @Override
            public void publish(LogRecord record) {
                logged.append(formatter.format(record)).append('\n');
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        Logger.getLogger("dev.unipkg").setLevel(Level.ALL);
        try {
            Logger.getLogger("dev.unipkg.test").warning("the log is heard");
            requests.send();
        } finally {
            Logger.getLogger("dev.unipkg").setLevel(null);
            root.removeHandler(handler);
        }
        assertThat(logged.toString()).contains("the log is heard");
        return logged.toString();
    }

    @Transactional
    String everyRow() {
        List<?> tables = database.createNativeQuery(
                        "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)"
                                + " FROM information_schema.tables WHERE table_schema = 'public'",
                        String.class)
                .getResultList();
        StringBuilder all = new StringBuilder();
        for (Object table : tables) {
            List<?> rows = database.createNativeQuery("SELECT rows::text FROM " + table + " AS rows", String.class)
                    .getResultList();
            rows.forEach(row -> all.append(row).append('\n'));
        }
        return all.toString();
    }

    /// The files of the registry and its PostgreSQL outside of tables: logs, upload sessions, settings.
    private static String everyFile(Path data) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean isTableOrProgram =
                        file.toString().contains("/bin-") || file.toString().contains("/base/");
                if (!isTableOrProgram) {
                    all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return all.toString();
    }

    @FunctionalInterface
    private interface Requests {
        void send() throws IOException;
    }
}
