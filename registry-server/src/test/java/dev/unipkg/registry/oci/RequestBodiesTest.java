package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// Bodies of real requests, read by the resources for uploads.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class RequestBodiesTest {

    private static final byte[] BLOB = "a blob".getBytes(US_ASCII);

    /// The registry answers it when it reads the body.
    private static final String CONTINUE = "Expect: 100-continue\r\n";

    private static final int LARGE_BYTES = 128 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern LENGTH = Pattern.compile("content-length: ([0-9]+)", Pattern.CASE_INSENSITIVE);

    @TestHTTPResource
    URI server;

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    /// Several times, since the answer races with the start of reading.
    @RepeatedTest(5)
    void restOfRefusedBodyIsDroppedAndConnectionIsUsedAgain() throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            out.write(("PUT /v2/a/b/manifests/edge HTTP/1.1\r\nHost: x\r\nContent-Length: " + LARGE_BYTES + "\r\n\r\n")
                    .getBytes(US_ASCII));
            assertThat(answer(in)).startsWith("HTTP/1.1 401");
            long before = heapBytes();
            byte[] piece = new byte[1 << 20];
            for (int sent = 0; sent < LARGE_BYTES - piece.length; sent += piece.length) {
                out.write(piece);
            }
            assertThat(heapBytes() - before).isLessThan(LARGE_BYTES / 2);
            out.write(piece);
            out.write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            assertThat(answer(in)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void clientThatExpectsContinueIsAskedForItsBody() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("bodies"), "bodies/expected");
        try (Socket socket = connect()) {
            socket.getOutputStream().write(push(pusher, CONTINUE));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            assertThat(answer(in)).startsWith("HTTP/1.1 100");
            socket.getOutputStream().write(BLOB);
            assertThat(answer(in)).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void clientThatLeavesInTheMiddleOfItsBodyLeavesNothingAndNoWarning() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("leaving"), "leaving/early");
        String session = pusher.request()
                .post(pusher.path("blobs/uploads/"))
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        RegistryState.Snapshot before = state.snapshot();
        double refusals = refusals();
        try (Warnings warnings = Warnings.begin()) {
            leave(push(pusher, CONTINUE));
            leave(head("PATCH " + session, pusher, CONTINUE));
            awaitRefusals(refusals + 2);
            assertThat(warnings.lines()).isEmpty();
        }
        assertThat(state.snapshot().blobs()).isEqualTo(before.blobs());
        assertThat(state.snapshot().rows()).isEqualTo(before.rows());
    }

    /// Leaves in the middle of a body that is being read.
    private void leave(byte[] head) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(head);
            assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 100");
            socket.getOutputStream().write(BLOB, 0, BLOB.length / 2);
        }
    }

    private static void awaitRefusals(double count) {
        Instant end = Instant.now().plus(PATIENCE);
        while (refusals() < count && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
        assertThat(refusals()).isEqualTo(count);
    }

    private static double refusals() {
        return given().get("/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("unipkg_refusals_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private static byte[] push(Pusher pusher, String header) {
        return head("POST " + pusher.path("blobs/uploads/?digest=" + Digest.of(BLOB)), pusher, header);
    }

    private static byte[] head(String request, Pusher pusher, String header) {
        return (request + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + pusher.key() + "\r\n" + header
                        + "Content-Length: " + BLOB.length + "\r\n\r\n")
                .getBytes(US_ASCII);
    }

    /// Reads the head of an answer, and the body that it announces.
    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        Matcher length = LENGTH.matcher(head);
        in.skipNBytes(length.find() ? Long.parseLong(length.group(1)) : 0);
        return head.toString();
    }

    private static long heapBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }
}
