package dev.unipkg.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.publish.PushedManifest;
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
import java.util.List;
import org.junit.jupiter.api.Test;

/// However many manifests arrive at once, only so many are in memory.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ManifestRoomTest {

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Test
    void whoeverFindsNoRoomIsToldWhenToComeBack() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("room"), "room/crowded");
        List<Socket> others = new ArrayList<>();
        try {
            for (int namespace = 0; namespace < ManifestRoom.ALL_BYTES / ManifestRoom.NAMESPACE_BYTES; namespace++) {
                others.addAll(fill(new Pusher(keys.publisher("room-" + namespace), "room-" + namespace + "/large")));
            }
            Response busy = awaitStatus(pusher, 503);
            assertThat(busy.header("Retry-After")).matches("[0-9]+");
            assertThat(busy.<String>path("errors[0].detail.refusal")).isEqualTo("busy");
        } finally {
            for (Socket other : others) {
                other.close();
            }
        }
        awaitStatus(pusher, 400);
    }

    @Test
    void onePublisherDoesNotKeepTheOthersOut() throws IOException {
        Pusher slow = new Pusher(keys.publisher("slow"), "slow/crowded");
        Pusher other = new Pusher(keys.publisher("quick"), "quick/tool");
        List<Socket> begun = fill(slow);
        try {
            awaitStatus(slow, 503);
            assertThat(push(other).statusCode()).isEqualTo(400);
        } finally {
            for (Socket socket : begun) {
                socket.close();
            }
        }
        awaitStatus(slow, 400);
    }

    /// Takes all the room that one namespace may have.
    private List<Socket> fill(Pusher pusher) throws IOException {
        List<Socket> begun = new ArrayList<>();
        for (int i = 0; i < ManifestRoom.NAMESPACE_BYTES / PushedManifest.MAX_BYTES; i++) {
            begun.add(begin(pusher));
        }
        return begun;
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

    /// The others are on their way in or out; a small manifest that is none shows when they have arrived.
    private static Response awaitStatus(Pusher pusher, int status) {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
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
