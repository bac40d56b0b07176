package dev.unipkg.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client that stops sending is disconnected, and acknowledged bytes stay.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(SlowClientsTest.LittlePatience.class)
class SlowClientsTest {

    /// One second, instead of a minute.
    public static final class LittlePatience implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("quarkus.http.read-timeout", "1s");
        }
    }

    private static final int SOON_MILLIS = 10_000;

    /// More than the system holds for a connection.
    private static final int LARGE_BYTES = 32 << 20;

    /// The receive buffer of the client, smaller than the server's send buffer.
    private static final int RECEIVED_BYTES = 512 << 10;

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    private Pusher pusher = new Pusher("", "");

    private final byte[] bytes = "what a slow client brings".getBytes(StandardCharsets.UTF_8);

    @BeforeEach
    void logIn() {
        pusher = new Pusher(keys.publisher("slow"), "slow/client");
    }

    @Test
    void whatCameBeforeTheSilenceStaysInTheSessionAndIsContinued() throws IOException {
        String location = pusher.request()
                .post(pusher.path("blobs/uploads/"))
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        requireCutOff("PATCH " + location, 10);

        pusher.request().get(location).then().statusCode(204).header("Range", "0-9");
        pusher.request()
                .contentType("application/octet-stream")
                .header("Content-Range", "10-" + (bytes.length - 1))
                .body(Arrays.copyOfRange(bytes, 10, bytes.length))
                .patch(location)
                .then()
                .statusCode(202);
        pusher.request().put(location + "?digest=" + Digest.of(bytes)).then().statusCode(201);
    }

    @Test
    void aBlobSentInOneRequestIsNotKeptInHalf() throws IOException {
        RegistryState.Snapshot before = state.snapshot();
        requireCutOff("POST " + pusher.path("blobs/uploads/?digest=" + Digest.of(bytes)), 10);
        assertThat(state.snapshot()).isEqualTo(before);
    }

    @Test
    void aManifestThatNeverEndsIsNotKept() throws IOException {
        RegistryState.Snapshot before = state.snapshot();
        requireCutOff("PUT " + pusher.path("manifests/1.0"), 10);
        assertThat(state.snapshot()).isEqualTo(before);
    }

    @Test
    void aRequestThatNeverBeginsIsCutOffAsWell() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET /api/v1 HTTP/1.1\r\nHost: x\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void aRequestThatBeginsDropByDropIsCutOffToo() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write("GET /api/v1 HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> {
                        for (int drops = 0; drops < 100; drops++) {
                            out.write('x');
                            Thread.sleep(100);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aConnectionIsKeptForTheNextRequestOnlySoLong() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes())
                    .startsWith("HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void whoDoesNotReadHisAnswerIsCutOff() throws Exception {
        try (Warnings warnings = Warnings.begin();
                Socket socket = askFor(pusher.zeros(server, LARGE_BYTES))) {
            // Longer than the server's patience.
            Thread.sleep(4_000);
            // Bytes in the system's buffers are dropped, too.
            assertThat(readUntilCutOff(socket)).isLessThan(RECEIVED_BYTES);
            assertThat(warnings.lines()).isEmpty();
        }
    }

    @Test
    void whoReadsSlowlyGetsItAll() throws Exception {
        try (Socket socket = askFor(pusher.zeros(server, LARGE_BYTES))) {
            byte[] some = new byte[LARGE_BYTES / 40];
            int read = 0;
            for (int part = 0; part < 40; part++) {
                read += socket.getInputStream().readNBytes(some, 0, some.length);
                Thread.sleep(75);
            }
            assertThat(read + readUntilCutOff(socket)).isGreaterThan(LARGE_BYTES);
        }
    }

    private Socket askFor(Digest blob) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(SOON_MILLIS);
        socket.setReceiveBufferSize(64 << 10);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        socket.getOutputStream()
                .write(("GET " + pusher.path("blobs/" + blob) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static long readUntilCutOff(Socket socket) throws IOException {
        long read = 0;
        byte[] some = new byte[64 << 10];
        try {
            for (int next = 0; next >= 0; next = socket.getInputStream().read(some)) {
                read += next;
            }
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        return read;
    }

    @Test
    void whoLeavesWhileAnAnswerIsOnItsWayIsNotLogged() throws Exception {
        Digest config = pusher.blob("{}".getBytes(StandardCharsets.UTF_8));
        String manifest = """
                {"schemaVersion": 2, "mediaType": "%s", "layers": [],
                 "config": {"mediaType": "application/x-none", "digest": "%s", "size": 2}}""".formatted(MediaTypes.IMAGE_MANIFEST, config);
        pusher.manifest("long", (manifest + " ".repeat(3 << 20)).getBytes(StandardCharsets.UTF_8))
                .statusCode(201);
        String blob = pusher.path("blobs/" + pusher.zeros(server, 20 << 20));
        try (Warnings warnings = Warnings.begin()) {
            for (int i = 0; i < 5; i++) {
                leave(pusher.path("manifests/long"), "Authorization: Bearer " + pusher.key() + "\r\n");
                leave(blob, "Authorization: Bearer " + pusher.key() + "\r\n");
                leave(blob, "");
                leave(blob, "Range: bytes=1-\r\n");
            }
            // The server takes a moment to see that clients have left.
            Thread.sleep(1_000);
            assertThat(warnings.lines()).isEmpty();
        }
    }

    /// Asks, and goes when the answer has begun.
    private void leave(String path, String header) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(2 << 10);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
    }

    /// Announces all of the bytes, sends some, and waits until the registry has enough of that, which is
    /// nothing that an operator needs to be woken for.
    private void requireCutOff(String request, int sent) throws IOException {
        Warnings warnings = Warnings.begin();
        try (warnings;
                Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write((request + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + pusher.key()
                            + "\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\nContent-Length: "
                            + bytes.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, 0, sent);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).doesNotStartWith("HTTP/1.1 2").doesNotStartWith("HTTP/1.1 5");
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        assertThat(warnings.lines()).isEmpty();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(SOON_MILLIS);
        return socket;
    }
}
