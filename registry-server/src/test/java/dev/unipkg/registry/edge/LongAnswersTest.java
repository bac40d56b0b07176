package dev.unipkg.registry.edge;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// However many ask for long documents and read nothing, only so many are in memory.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class LongAnswersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Each is a little shorter than what a page may list of one.
    private static final int ANNOTATION = 60_000;

    private static final int REFERRERS = 35;

    /// The kernel buffers more than one answer of a connection, so each client asks for several.
    private static final int ASKED = 4;

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Test
    void whoeverFindsNoRoomIsToldWhenToComeBack() throws IOException {
        String crowded = referrers("crowded");
        String quiet = referrers("quiet");
        int length = given().get(crowded).then().statusCode(200).extract().asByteArray().length;
        List<Socket> readers = new ArrayList<>();
        try {
            // Some come while there is no room and go away with that, so more come until it stays so.
            Instant end = Instant.now().plus(PATIENCE);
            Response busy = given().get(crowded);
            while (busy.statusCode() == 200 && Instant.now().isBefore(end)) {
                readers.add(ask(crowded));
                busy = given().get(crowded);
            }
            busy.then().statusCode(503);
            assertThat(busy.header("Retry-After")).matches("[0-9]+");
            busy.then().contentType("application/json").body("errors[0].detail.refusal", equalTo("busy"));
            assertThat(given().get(quiet).then().statusCode(200).extract().asByteArray())
                    .hasSize(length);
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
        assertThat(await(crowded, 200).asByteArray()).hasSize(length);
    }

    @Test
    void whoAsksForTheHeadAloneGetsNoMore() throws IOException {
        String path = referrers("heads");
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            String head = "HEAD " + path + " HTTP/1.1\r\nHost: x\r\n";
            socket.getOutputStream()
                    .write((head + "\r\n" + head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(3);
            assertThat(answers).doesNotContain("schemaVersion");
        }
    }

    /// The address of a page of referrers of some megabytes.
    private String referrers(String namespace) {
        Pusher pusher = new Pusher(keys.publisher(namespace), namespace + "/signed");
        Digest config = pusher.blob("{}".getBytes(StandardCharsets.UTF_8));
        Digest subject = Digest.of(new byte[0]);
        for (int i = 0; i < REFERRERS; i++) {
            String manifest = """
                    {"schemaVersion": 2, "mediaType": "%1$s", "layers": [], "annotations": {"a": "%5$s"},
                     "config": {"mediaType": "application/x-none", "digest": "%2$s", "size": 2},
                     "subject": {"mediaType": "%1$s", "digest": "%3$s", "size": %4$d}}""".formatted(MediaTypes.IMAGE_MANIFEST, config, subject, 2, "x".repeat(ANNOTATION - i));
            byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
            pusher.manifest(Digest.of(bytes).toString(), bytes).statusCode(201);
        }
        return pusher.path("referrers/" + subject);
    }

    private Socket ask(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 << 10);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                        .repeat(ASKED)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static Response await(String path, int status) {
        Instant end = Instant.now().plus(PATIENCE);
        Response answer = given().get(path);
        while (answer.statusCode() != status && Instant.now().isBefore(end)) {
            answer = given().get(path);
        }
        assertThat(answer.statusCode()).isEqualTo(status);
        return answer;
    }
}
