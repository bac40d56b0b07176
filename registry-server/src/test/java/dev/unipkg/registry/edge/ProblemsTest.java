package dev.unipkg.registry.edge;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.registry.problems.Reason;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.wiring.BaseUrl;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ProblemsTest {

    @TestHTTPResource
    URI server;

    @Inject
    Addresses addresses;

    @Inject
    BaseUrl baseUrl;

    @Test
    void aPathThatNothingServesIsAProblemDocument() {
        for (String path : new String[] {"/nothing", "/api/v1/nothing", "/api", "/api/v2/packages"}) {
            given().get(path)
                    .then()
                    .statusCode(404)
                    .contentType("application/problem+json")
                    .body("type", equalTo("https://unipkg.dev/problems/page-not-found"))
                    .body("status", equalTo(404));
        }
    }

    @Test
    void whoComesWhenTheRegistryIsBusyIsToldWhenToComeAgain() {
        HttpServerRequest request = (HttpServerRequest) Proxy.newProxyInstance(
                HttpServerRequest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) -> method.getName().equals("path") ? "/v2/a/b/manifests/1.0" : null);
        ErrorAnswer answer =
                ErrorAnswer.to(Reason.of(new Rejection.Busy("checking builds")), request, addresses, baseUrl);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("Retry-After", "5");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("busy with checking builds");
    }

    @Test
    void aStatementThatTookTooLongIsNoFaultOfTheRegistry() {
        assertThat(Problems.isConnection(new SQLException("canceling statement", "57014")))
                .isTrue();
        assertThat(Problems.isConnection(new SQLException("duplicate key", "23505")))
                .isFalse();
    }

    @Test
    void aPathOfTheOciDoorThatNothingServesIsAnOciErrorsDocument() {
        given().get("/v2/_nothing")
                .then()
                .statusCode(404)
                .contentType("application/json")
                .body("errors[0].code", equalTo("NAME_UNKNOWN"));
    }

    @Test
    void aMethodThatAnAddressDoesNotHaveIsNamed() {
        given().delete("/api/v1/namespaces")
                .then()
                .statusCode(405)
                .contentType("application/problem+json")
                .body("type", equalTo("https://unipkg.dev/problems/method-not-allowed"));
    }

    @Test
    void everyMethodThatAnAddressDoesNotHaveIsAnsweredWithThoseItHas() throws IOException {
        String digest = "sha256:" + "0".repeat(64);
        Map<String, String> allowed = Map.of(
                "/api/v1",
                "GET, HEAD",
                "/api/v1/keys/",
                "GET, HEAD, POST",
                "/api/v1/keys/12",
                "DELETE",
                "/api/v1/packages/a/b/tags/c",
                "DELETE, PUT",
                "/v2/",
                "GET, HEAD",
                "/v2/token",
                "GET, HEAD",
                "/v2/a/b/tags/list",
                "GET, HEAD",
                "/v2/a/b/blobs/uploads/8d1f9e0c-0000-4000-8000-000000000000",
                "DELETE, GET, HEAD, PATCH, PUT",
                "/v2/a/b/blobs/" + digest,
                "DELETE, GET, HEAD",
                "/v2/a/b/manifests/1.0",
                "DELETE, GET, HEAD, PUT");
        for (String path : allowed.keySet()) {
            for (String method : List.of("TRACE", "PROPFIND", "BREW", "POST", "PUT", "PATCH", "DELETE")) {
                if (!List.of(allowed.get(path).split(", ")).contains(method)) {
                    String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                    assertThat(answer)
                            .as(method + " " + path)
                            .startsWith("HTTP/1.1 405 ")
                            .containsIgnoringCase("\r\nAllow: " + allowed.get(path) + "\r\n")
                            .contains(path.startsWith("/v2") ? "{\"errors\":[{" : "problems/method-not-allowed")
                            .contains(method + " is not something this address does; it does " + allowed.get(path));
                }
            }
        }
    }

    @Test
    void everyDocumentedOperationIsAMethodOfItsAddress() {
        Map<String, Map<String, Object>> paths =
                given().get("/openapi?format=json").path("paths");
        assertThat(paths).isNotEmpty();
        paths.forEach((template, operations) -> {
            String path = template.replaceAll("\\{[a-z]+}", "some");
            assertThat(addresses.methods(path))
                    .as(template)
                    .containsAll(operations.keySet().stream()
                            .filter(name -> !name.equals("parameters"))
                            .map(name -> name.toUpperCase(Locale.ROOT))
                            .toList());
        });
    }

    @Test
    void whoeverAsksForTheMethodsOfAnAddressIsToldThoseItHas() {
        given().options("/api/v1/keys").then().statusCode(204).header("Allow", "GET, HEAD, POST");
        given().options("/v2/a/b/blobs/uploads/").then().statusCode(204).header("Allow", "POST");
        given().options("/api/v1/nothing").then().statusCode(404);
    }

    @Test
    void aPathThatNothingServesHasNoMethodToOffer() throws IOException {
        for (String path : new String[] {"/v2/_nothing", "/api/v1/nothing"}) {
            for (String method : new String[] {"TRACE", "BREW", "POST"}) {
                assertThat(raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() {
        given().contentType("text/xml")
                .body("<name/>")
                .post("/api/v1/namespaces")
                .then()
                .statusCode(415)
                .contentType("application/problem+json");
    }

    @Test
    void pathsThatTwoReadersCouldReadDifferentlyAreRefused() throws IOException {
        for (String path : new String[] {
            "/api/v1/../v1/whoami",
            "/api/v1/./whoami",
            "/api//v1/whoami",
            "/api/v1%2fwhoami",
            "/api/v1/%2e%2e/v1/whoami",
            "/api/v1/whoami%00",
            "/api/v1\\whoami",
            "/api/v1/..",
            "/v2/a%252fb/tags/list"
        }) {
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContain("<html")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aBodyWhoseEndTwoReadersCouldSeeInDifferentPlacesIsRefusedAndNothingBehindItAnswered() throws IOException {
        for (String encoding : new String[] {"gzip", "xchunked\r\nContent-Length: 3", "gzip, chunked"}) {
            String answer = raw("POST /api/v1/namespaces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + encoding
                    + "\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .as(encoding)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("Transfer-Encoding")
                    .doesNotContain("HTTP/1.1 200 ");
        }
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n"
                        + "Connection: close\r\n\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void controlCharactersInAQueryAreRefusedOnEveryDoor() throws IOException {
        for (String address : new String[] {
            "/api/v1/packages?q=a%00b",
            "/api/v1/packages?namespace=%00",
            "/api/v1/packages?%1Fq=a",
            "/api/v1/keys?after=%7f",
            "/v2/library/thing/tags/list?last=%00",
            "/v2/library/thing/referrers/sha256:" + "0".repeat(64) + "?artifactType=%0a"
        }) {
            assertThat(raw("GET " + address + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .as(address)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("a query without control characters");
        }
        given().get("/api/v1/packages?q=%C3%A4%20b").then().statusCode(200);
    }

    @Test
    void requestsThatAreTooLargeOrNotHttpAreRefusedWithoutAPage() throws IOException {
        String large = raw("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "x".repeat(40_000) + "\r\n\r\n");
        assertThat(large).startsWith("HTTP/1.1 431 ").doesNotContain("<html");
        String longLine = raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(longLine).contains(" 414 ").doesNotContain("<html");
        assertThat(raw("nonsense\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 400 ")
                .doesNotContain("<html");
    }

    @Test
    void aLengthThatIsNoneIsNeverAFault() throws IOException {
        for (String length : new String[] {"-1", "", "five", "+5", "5, 5", "99999999999999999999"}) {
            for (String framing : new String[] {"", "Transfer-Encoding: chunked\r\n"}) {
                assertThat(raw("POST /v2/library/x/blobs/uploads/ HTTP/1.1\r\nHost: x\r\n" + framing
                                + "Content-Length: " + length + "\r\nConnection: close\r\n\r\n0\r\n\r\n"))
                        .as(framing + length)
                        .startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void aRequestForNoHostOrForSeveralIsRefused() throws IOException {
        for (String host :
                new String[] {"", "Host: a\"b\r\n", "Host: \r\n", "Host: a b\r\n", "Host: a\r\nHost: b\r\n"}) {
            for (String path :
                    new String[] {"/v2/", "/api/v1", "/api/v1/packages", "/v2/a/b/manifests/c", "/nothing"}) {
                assertThat(raw("GET " + path + " HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n"))
                        .as(host + path)
                        .startsWith("HTTP/1.1 400 ");
            }
        }
    }

    /// The registry refuses requests that a proxy before it could read as two (RFC 9112, section 11.2).
    @Test
    void aBodyWhoseLengthIsSaidInTwoWaysIsRefused() throws IOException {
        for (String framing : new String[] {
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 6\r\n",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Content-Length : 5\r\n",
        }) {
            String answer = raw("POST /api/v1/namespaces HTTP/1.1\r\nHost: x\r\n" + framing
                    + "\r\n0\r\n\r\nGET /api/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(answer).as(framing).startsWith("HTTP/1.1 400 ");
            assertThat(answer.split("HTTP/1", -1)).as(framing).hasSize(2);
        }
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(4_096), StandardCharsets.ISO_8859_1);
        }
    }
}
