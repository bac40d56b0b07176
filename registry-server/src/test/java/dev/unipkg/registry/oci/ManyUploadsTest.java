package dev.unipkg.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
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

/// However many bodies a publisher begins at once and does not send, only so many take memory and files.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ManyUploadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final byte[] BLOB = "what others bring".getBytes(StandardCharsets.UTF_8);

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Test
    void onePublisherDoesNotKeepTheOthersOut() throws IOException {
        Pusher slow = new Pusher(keys.publisher("many"), "many/bodies");
        Pusher other = new Pusher(keys.publisher("few"), "few/bodies");
        List<Socket> begun = new ArrayList<>();
        try {
            for (int i = 0; i < UploadResource.BODIES / 4; i++) {
                begun.add(begin(slow));
            }
            // One that came while another was on its way out was refused, and another takes its place.
            Response busy = push(slow);
            for (Instant end = Instant.now().plus(PATIENCE);
                    busy.statusCode() != 503 && Instant.now().isBefore(end);
                    busy = push(slow)) {
                begun.add(begin(slow));
            }
            assertThat(busy.statusCode()).isEqualTo(503);
            assertThat(busy.header("Retry-After")).matches("[0-9]+");
            assertThat(busy.<String>path("errors[0].detail.refusal")).isEqualTo("busy");
            assertThat(push(other).statusCode()).isEqualTo(201);
        } finally {
            for (Socket socket : begun) {
                socket.close();
            }
        }
        awaitRoom(slow);
    }

    /// Announces a blob, and sends none of it.
    private Socket begin(Pusher pusher) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.getOutputStream()
                .write(("POST " + pusher.path("blobs/uploads/?digest=" + Digest.of(new byte[10]))
                                + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + pusher.key()
                                + "\r\nContent-Length: 10\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void awaitRoom(Pusher pusher) {
        Instant end = Instant.now().plus(PATIENCE);
        Response answer = push(pusher);
        while (answer.statusCode() != 201 && Instant.now().isBefore(end)) {
            answer = push(pusher);
        }
        assertThat(answer.statusCode()).isEqualTo(201);
    }

    private static Response push(Pusher pusher) {
        return pusher.tryBlob(Digest.of(BLOB), BLOB).extract().response();
    }
}
