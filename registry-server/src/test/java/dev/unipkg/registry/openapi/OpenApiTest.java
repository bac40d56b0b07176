package dev.unipkg.registry.openapi;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A change of the HTTP API is a change of this file: `-Dsnap` writes it anew.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OpenApiTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/openapi.json");

    @Test
    void theDocumentIsTheGoldenOne() throws IOException {
        byte[] document = given().get("/openapi?format=json").asByteArray();
        String pretty =
                Json.parse(document, new JsonLimits(4 << 20, 64, 200_000)).toPrettyString();
        if (System.getProperty("snap") != null) {
            Files.writeString(GOLDEN, pretty);
        }
        assertThat(pretty).isEqualTo(Files.readString(GOLDEN, StandardCharsets.UTF_8));
    }

    @Test
    void everyOperationSaysWhatItIsAndWhatItAnswers() {
        Map<String, Map<String, Map<String, Object>>> paths =
                given().get("/openapi?format=json").jsonPath().getMap("paths");
        assertThat(paths).isNotEmpty();
        paths.forEach((path, operations) -> operations.forEach((method, operation) -> {
            if (List.of("get", "head", "put", "post", "patch", "delete").contains(method)) {
                assertThat(operation)
                        .as(method + " " + path)
                        .containsKeys("operationId", "summary", "responses", "tags");
            }
        }));
    }
}
