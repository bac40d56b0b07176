package dev.unipkg.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Silent and unread connections are closed when others need them.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(ConnectionsTest.FewPlaces.class)
class ConnectionsTest {

    private static final int PLACES = 30;

    /// Thirty, instead of thousands.
    public static final class FewPlaces implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("quarkus.http.limits.max-connections", Integer.toString(PLACES));
        }
    }

    private static final int TRIES = 75;

    /// More than the system holds for a connection.
    private static final int LARGE_BYTES = 32 << 20;

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    private final List<Socket> silent = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (Socket socket : silent) {
            socket.close();
        }
        silent.clear();
    }

    @Test
    void thoseThatWaitedLongestGoWhenPlacesAreFew() throws Exception {
        for (int i = 0; i < 2 * PLACES; i++) {
            open("GET / HTTP/1.1\r\n");
        }
        requireAnswers();
    }

    @Test
    void thoseThatReadNothingGoWhenPlacesAreFew() throws Exception {
        Pusher pusher = new Pusher(keys.publisher("places"), "places/taken");
        String path = pusher.path("blobs/" + pusher.zeros(server, LARGE_BYTES));
        for (int i = 0; i < 2 * PLACES; i++) {
            open("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        requireAnswers();
    }

    private void open(String asked) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 << 10);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        silent.add(socket);
        try {
            socket.getOutputStream().write(asked.getBytes(StandardCharsets.US_ASCII));
        } catch (SocketException closed) {
            assertThat(silent).as("before there are too many").hasSizeGreaterThan(PLACES / 2);
        }
    }

    private void requireAnswers() throws Exception {
        boolean answered = false;
        for (int tries = 0; tries < TRIES && !answered; tries++) {
            // The server looks after its places once a second.
            Thread.sleep(200);
            answered = isAnswered();
        }
        assertThat(answered).isTrue();
        // After two more of these looks.
        Thread.sleep(2_000);
        assertThat(isAnswered()).as("again").isTrue();
    }

    private boolean isAnswered() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == 'H';
        } catch (SocketException closed) {
            return false;
        }
    }
}
