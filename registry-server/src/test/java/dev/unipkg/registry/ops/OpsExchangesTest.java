package dev.unipkg.registry.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A client of ops logged in, pushed, listed, searched and got packages at this registry, and what it sent and was
/// answered was recorded. The client was built from the sources of ops with the address of the registry and no other
/// change. The same requests get the same answers.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OpsExchangesTest {

    private static final Path RECORDED = Path.of("src/test/resources/ops/exchanges.jsonl");

    /// The headers that the client looks at, or that would change what it reads.
    private static final List<String> HEADERS = List.of("content-type", "content-encoding", "location");

    /// Members that depend on the time, on the version of zlib, and on other requests.
    private static final Set<String> CHANGING = Set.of("created_at", "sha256", "digest", "download_count");

    private static final String NAMESPACE = "recorded";

    @Inject
    TestKeys keys;

    @TestHTTPResource
    URI server = URI.create("http://localhost");

    @Test
    void recordedRequestsAreAnsweredAsTheyWere() throws IOException {
        String key = keys.publisher(NAMESPACE);
        List<OpsExchange> exchanges = OpsExchange.recorded(RECORDED);
        assertThat(exchanges).hasSizeGreaterThan(10);
        String sha256 = "";
        for (OpsExchange exchange : exchanges) {
            OpsExchange.OpsAnswer answer = exchange.replay(server, key);
            requireSame(exchange, answer);
            if (exchange.line().contains("/metadata")) {
                sha256 = JsonPath.from(text(answer)).getString("sha256");
            }
            if (exchange.line().contains(".tar.gz")) {
                assertThat(Digest.of(answer.body().bytes()).hex()).isEqualTo(sha256);
            }
        }
    }

    private static void requireSame(OpsExchange exchange, OpsExchange.OpsAnswer answer) {
        assertThat(answer.status())
                .as(exchange.line())
                .isEqualTo(exchange.answer().status());
        for (String header : HEADERS) {
            assertThat(answer.header(header))
                    .as(exchange.line())
                    .isEqualTo(exchange.answer().header(header));
        }
        int length = Integer.parseInt(answer.header("content-length"));
        if (exchange.line().startsWith("HEAD ")) {
            assertThat(length).isPositive();
            return;
        }
        assertThat(answer.body().bytes()).hasSize(length);
        if (answer.header("content-type").startsWith("application/json")) {
            assertThat(members(answer)).as(exchange.line()).isEqualTo(members(exchange.answer()));
        }
    }

    private static Object members(OpsExchange.OpsAnswer answer) {
        return Stripped.of(JsonPath.from(text(answer)).get("$"), CHANGING, NAMESPACE);
    }

    private static String text(OpsExchange.OpsAnswer answer) {
        return new String(answer.body().bytes(), StandardCharsets.UTF_8);
    }
}
