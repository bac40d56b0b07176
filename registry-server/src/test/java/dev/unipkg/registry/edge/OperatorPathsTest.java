package dev.unipkg.registry.edge;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The paths for operators and the labels of their metrics.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OperatorPathsTest {

    @TestHTTPResource
    URI server;

    @Test
    void whatNobodyAsksAboutIsNeverWell() {
        for (String path : new String[] {
            "/health/group/x", "/health/wellness", "/health/live/x", "/health/x", "/metrics/x", "/openapi/x"
        }) {
            get(path).then().statusCode(404).contentType("application/problem+json");
        }
        for (String path : OperatorPaths.ALL) {
            get(path).then().statusCode(200);
        }
    }

    @Test
    void metricsNameAddressesByTheirTemplateAlone() {
        for (int i = 0; i < 5; i++) {
            get("/api/v1/packages/library/pkg" + i);
            get("/v2/library/pkg" + i + "/blobs/sha256:" + "0".repeat(64));
            get("/somewhere/else" + i);
            get("/packages/library/pkg" + i);
            get("/?q=pkg" + i);
        }
        get("/metrics")
                .then()
                .statusCode(200)
                .body(containsString("http_server_requests_seconds_count"))
                .body(not(containsString("pkg1")))
                .body(not(containsString("else1")));
    }

    @Test
    void whatNobodyAnswersIsOneLabelWhateverItsAddressAndMethod() throws IOException {
        for (String request : new String[] {
            "GET //telling1",
            "GET /api/v1//telling2",
            "GET /telling3?q=%00",
            "BREW4 /api/v1/whoami",
            "GET /telling5",
            "POST /api/v1/telling6",
            "CONNECT telling7:12",
            "OPTIONS /telling8",
            "TELLING9 /v2/telling9/a/tags/list",
            "GET /health/telling10",
        }) {
            send(request, "Content-Length: 0");
        }
        send("GET /telling11", "Content-Length: five");
        send("TELLING12 /telling12", "Content-Length: five");
        String metrics = get("/metrics").then().statusCode(200).extract().asString();
        assertThat(metrics.lines().filter(line -> line.startsWith("http_server_requests_seconds_count")))
                .anyMatch(line -> line.contains("uri=\"/{unmatched}\""))
                .anyMatch(line -> line.contains("uri=\"UNKNOWN\""))
                .noneMatch(line -> line.contains("NOT_FOUND"));
        assertThat(metrics).doesNotContainIgnoringCase("telling").doesNotContain("BREW4");
    }

    private void send(String request, String header) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            String whole = request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + "\r\n\r\n";
            socket.getOutputStream().write(whole.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .as(request)
                    .startsWith("HTTP/1.1 ");
        }
    }
}
