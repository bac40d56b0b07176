package dev.unipkg.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// However many manifests arrive at once, only so many are in memory.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ManifestBudgetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Test
    void whoeverFindsNoRoomIsToldWhenToComeBack() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("room"), "room/crowded");
        List<Pusher> others = new ArrayList<>();
        for (int namespace = 0; namespace < 4; namespace++) {
            others.add(new Pusher(keys.publisher("room-" + namespace), "room-" + namespace + "/large"));
        }
        try (Slow slow = new Slow(others)) {
            Response busy = slow.awaitBusy(pusher);
            assertThat(busy.header("Retry-After")).matches("[0-9]+");
            assertThat(busy.<String>path("errors[0].detail.refusal")).isEqualTo("busy");
        }
        awaitStatus(pusher, 400);
    }

    @Test
    void onePublisherDoesNotKeepTheOthersOut() throws IOException {
        Pusher slow = new Pusher(keys.publisher("slow"), "slow/crowded");
        Pusher other = new Pusher(keys.publisher("quick"), "quick/tool");
        try (Slow begun = new Slow(List.of(slow))) {
            begun.awaitBusy(slow);
            assertThat(push(other).statusCode()).isEqualTo(400);
        }
        awaitStatus(slow, 400);
    }

    /// Manifests of the largest size that are announced and not sent, as many for each publisher as he has room
    /// for.
    private final class Slow implements AutoCloseable {
        private final Map<Socket, Pusher> begun = new LinkedHashMap<>();

        Slow(List<Pusher> pushers) throws IOException {
            for (Pusher pusher : pushers) {
                for (int i = 0;
                        i < MemoryBudget.ofNamespace(ManifestResource.ALL_BYTES) / PushedManifest.MAX_BYTES;
                        i++) {
                    begun.put(begin(pusher), pusher);
                }
            }
        }

        /// Waits until there is no room for `pusher`. One that was begun while another was still on its way out
        /// has been refused, and begins again.
        Response awaitBusy(Pusher pusher) throws IOException {
            Instant end = Instant.now().plus(PATIENCE);
            Response answer = push(pusher);
            while (answer.statusCode() != 503 && Instant.now().isBefore(end)) {
                for (Map.Entry<Socket, Pusher> one : List.copyOf(begun.entrySet())) {
                    if (one.getKey().getInputStream().available() > 0) {
                        begun.remove(one.getKey());
                        one.getKey().close();
                        begun.put(begin(one.getValue()), one.getValue());
                    }
                }
                answer = push(pusher);
            }
            assertThat(answer.statusCode()).isEqualTo(503);
            return answer;
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : begun.keySet()) {
                socket.close();
            }
        }
    }

    /// Announces the largest manifest, and sends next to nothing of it.
    private Socket begin(Pusher pusher) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.getOutputStream()
                .write(("PUT " + pusher.path("manifests/large") + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                + pusher.key() + "\r\nContent-Type: " + MediaTypes.IMAGE_MANIFEST
                                + "\r\nContent-Length: " + PushedManifest.MAX_BYTES + "\r\n\r\n{")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /// The others are on their way out; a small manifest that is none shows when they are gone.
    private static Response awaitStatus(Pusher pusher, int status) {
        Instant end = Instant.now().plus(PATIENCE);
        Response answer;
        do {
            answer = push(pusher);
        } while (answer.statusCode() != status && Instant.now().isBefore(end));
        assertThat(answer.statusCode()).isEqualTo(status);
        return answer;
    }

    private static Response push(Pusher pusher) {
        return pusher.put("none", MediaTypes.IMAGE_MANIFEST, new byte[] {'{', '}'})
                .extract()
                .response();
    }
}
