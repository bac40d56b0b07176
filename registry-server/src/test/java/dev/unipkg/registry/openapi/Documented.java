package dev.unipkg.registry.openapi;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The OpenAPI document that a running server serves, as a measure for what it answers.
final class Documented {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Headers that every server sends, or that belong to no answer in particular.
    private static final Set<String> EVERYWHERE =
            Set.of("content-type", "content-length", "transfer-encoding", "x-content-type-options");

    private final JsonNode document;
    private final Set<String> seen = new TreeSet<>();

    private Documented(JsonNode document) {
        this.document = document;
    }

    static Documented read() throws IOException {
        return new Documented(JSON.readTree(given().get("/openapi?format=json").asByteArray()));
    }

    /// The operations that answers were held against.
    Set<String> seen() {
        return seen;
    }

    /// Every operation there is, as in `get /api/v1`.
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> operations.add(method + " " + path.getKey())));
        return operations;
    }

    /// Requires that the document foresees the answer: its status, type, headers and body.
    ///
    /// @param operation as in `get /api/v1`
    /// @param anonymous whether it was asked without credentials
    void require(String operation, boolean anonymous, Response answer) throws IOException {
        String[] parts = operation.split(" ", 2);
        JsonNode described = document.get("paths").path(parts[1]).path(parts[0]);
        String what = operation + " answered " + answer.statusCode();
        assertThat(described.isObject()).as(what + " is documented").isTrue();
        JsonNode response = resolved(described.path("responses").path(Integer.toString(answer.statusCode())));
        assertThat(response.isObject()).as(what + ", a documented status").isTrue();
        if (anonymous) {
            boolean needsKey = described.has("security")
                    && !described.get("security").toString().contains("{}");
            assertThat(needsKey).as(what + " without a key").isEqualTo(answer.statusCode() == 401);
        }
        requireHeaders(what, response, answer);
        requireBody(what, response, answer);
        seen.add(operation);
    }

    private void requireHeaders(String what, JsonNode response, Response answer) {
        Set<String> documented = new TreeSet<>();
        response.path("headers").fieldNames().forEachRemaining(name -> documented.add(name.toLowerCase(Locale.ROOT)));
        Set<String> sent = new TreeSet<>();
        answer.headers().forEach(header -> sent.add(header.getName().toLowerCase(Locale.ROOT)));
        sent.removeAll(EVERYWHERE);
        assertThat(documented).as(what + " with headers").containsAll(sent);
    }

    private void requireBody(String what, JsonNode response, Response answer) throws IOException {
        byte[] body = answer.asByteArray();
        if (body.length == 0) {
            return;
        }
        String type = answer.contentType().replaceAll(";.*", "");
        JsonNode schema = response.path("content").path(type).path("schema");
        assertThat(schema.isObject()).as(what + " of type " + type).isTrue();
        if (type.endsWith("json")) {
            assertThat(strict(schema).validate(JSON.readTree(body)))
                    .as(what + ": " + answer.asString())
                    .isEmpty();
        }
    }

    /// Clients ignore members that they do not know; here one that the schema does not name is a fault of the schema.
    private JsonSchema strict(JsonNode schema) {
        ObjectNode root = schema.deepCopy();
        root.set("components", document.get("components").deepCopy());
        close(root);
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        root,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("type").asText().equals("object")
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
            close(children.next());
        }
    }

    private JsonNode resolved(JsonNode response) {
        return response.has("$ref") ? document.at(response.get("$ref").asText().substring(1)) : response;
    }
}
