package dev.unipkg.registry.edge;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// However much a client asks for and does not read, the server makes no more answers for it than the
/// connection takes.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class UnreadAnswersTest {

    private static final int REQUESTS = 2_000;

    private static final Pattern LENGTH = Pattern.compile("content-length: ([0-9]+)", Pattern.CASE_INSENSITIVE);

    private static final Pattern COUNT =
            Pattern.compile("http_server_requests_seconds_count\\{[^}]*uri=\"/openapi\"[^}]*\\} ([0-9.]+)");

    @TestHTTPResource
    URI server;

    @Test
    void answersWaitForWhoeverReadsThem() throws Exception {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            byte[] request = "GET /openapi HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < REQUESTS; i++) {
                        socket.getOutputStream().write(request);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            double before = -1;
            for (double now = answered(); now != before; now = answered()) {
                before = now;
                // Long enough for more answers, if there are any.
                Thread.sleep(500);
            }
            assertThat(before).isLessThan(REQUESTS / 2.0);

            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(status(in)).as("answer %d", i).contains("200 OK");
            }
        }
    }

    private static double answered() {
        Matcher count = COUNT.matcher(given().get("/metrics").asString());
        double all = 0;
        while (count.find()) {
            all += Double.parseDouble(count.group(1));
        }
        return all;
    }

    /// Reads one answer.
    private static String status(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after " + head);
            }
            head.append((char) next);
        }
        Matcher length = LENGTH.matcher(head);
        assertThat(length.find()).as(head.toString()).isTrue();
        in.skipNBytes(Long.parseLong(length.group(1)));
        return head.substring(0, head.indexOf("\r\n"));
    }
}
