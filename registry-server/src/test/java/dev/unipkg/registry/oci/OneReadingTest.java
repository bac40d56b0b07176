package dev.unipkg.registry.oci;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static dev.unipkg.registry.publish.PackageMaker.layer;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.publish.PackageMaker.Layer;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Documents and addresses that two readers could read differently are refused, of packages and of anything else.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OneReadingTest {

    private static final byte[] CONFIG = "{\"any\":\"config\"}".getBytes(StandardCharsets.UTF_8);
    private static final Descriptor DESCRIBED = Descriptor.of("application/vnd.example+json", CONFIG);

    @Inject
    TestKeys keys;

    private Pusher pusher(String name) {
        Pusher pusher = new Pusher(keys.publisher("reading"), "reading/" + name);
        pusher.blob(CONFIG);
        return pusher;
    }

    private static byte[] artifact(Optional<Descriptor> subject, Map<String, String> annotations) {
        return new Manifest(
                        Optional.of("application/vnd.example"),
                        DESCRIBED,
                        List.of(DESCRIBED),
                        subject,
                        new TreeMap<>(annotations))
                .toBytes();
    }

    private static byte[] changed(byte[] document, String what, String by) {
        String text = new String(document, StandardCharsets.UTF_8);
        assertThat(text).contains(what);
        return text.replace(what, by).getBytes(StandardCharsets.UTF_8);
    }

    private static void requireRefused(ValidatableResponse answer, String code, String detail) {
        answer.statusCode(400).body("errors[0].message", containsString(detail));
        assertThat(answer.extract().asString()).contains(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Layers", "LAYERS", "layer\u017F"})
    void keyThatFoldsToAFieldIsRefusedOfAnyArtifact(String key) {
        byte[] document = artifact(Optional.empty(), Map.of());
        requireRefused(
                pusher("folded").manifest("any", changed(document, "\"layers\":", "\"" + key + "\":[],\"layers\":")),
                "folded-key",
                "could be read as \"layers\"");
        requireRefused(
                pusher("folded").manifest("any", changed(document, "\"layers\":", "\"" + key + "\":")),
                "folded-key",
                "could be read as \"layers\"");
    }

    @Test
    void configOfAnyImageIsReadInOneWay() {
        Pusher pusher = pusher("image");
        for (String[] config : new String[][] {
            {"{\"os\":\"windows\",\"config\":{\"Env\":[]}}", ""},
            {"no JSON", ""},
            {"{\"os\":\"linux\",\"config\":{\"env\":[]}}", "folded-key"},
            {"{\"os\":\"linux\",\"OS\":\"windows\"}", "folded-key"},
            {"{\"os\":\"linux\",\"os\":\"windows\"}", "duplicate-key"}
        }) {
            byte[] bytes = config[0].getBytes(StandardCharsets.UTF_8);
            pusher.blob(bytes);
            byte[] image = new Manifest(
                            Optional.empty(),
                            Descriptor.of(MediaTypes.IMAGE_CONFIG, bytes),
                            List.of(),
                            Optional.empty(),
                            new TreeMap<>())
                    .toBytes();
            ValidatableResponse answer = pusher.manifest("image", image);
            if (config[1].isEmpty()) {
                answer.statusCode(201);
            } else {
                requireRefused(answer, config[1], "the key");
            }
        }
    }

    @Test
    void embeddedDataIsTheBlobOrRefused() {
        byte[] document = artifact(Optional.empty(), Map.of());
        String size = "\"size\":" + CONFIG.length;
        requireRefused(
                pusher("embedded").manifest("any", changed(document, size, size + ",\"data\":\"e30=\"")),
                "embedded-mismatch",
                "config.data");
        String base64 = Base64.getEncoder().encodeToString(CONFIG);
        pusher("embedded")
                .manifest("any", changed(document, size, size + ",\"data\":\"" + base64 + "\""))
                .statusCode(201);
    }

    @Test
    void layerOfAPackageThatIsHadElsewhereIsRefused() {
        Build good = build(Arch.X86_64, "elsewhere");
        Pusher pusher = pusher("elsewhere");
        good.pushBlobs(pusher);
        byte[] document = changed(
                good.bytes(), "\"annotations\":{\"dev", "\"urls\":[\"https://example.org/x\"],\"annotations\":{\"dev");
        requireRefused(pusher.manifest(Digest.of(document).toString(), document), "foreign-urls", "layers[0].urls");
    }

    @Test
    void contentInADescriptorOfAPackageIsRefused() {
        Build good = build(Arch.X86_64, "carried");
        Pusher pusher = pusher("carried");
        good.pushBlobs(pusher);
        String base64 = Base64.getEncoder().encodeToString(good.config());
        byte[] document = changed(good.bytes(), "\"config\":{", "\"config\":{\"data\":\"" + base64 + "\",");
        String digest = Digest.of(document).toString();
        requireRefused(pusher.manifest(digest, document), "embedded-content", "config.data");
        pusher.request().get(pusher.path("manifests/" + digest)).then().statusCode(404);
    }

    @Test
    void sizeThatIsNotThatOfTheContentIsRefusedOfAnyArtifact() {
        Pusher pusher = pusher("sizes");
        byte[] document = artifact(Optional.empty(), Map.of());
        String size = "\"size\":" + CONFIG.length;
        requireRefused(
                pusher.manifest("any", changed(document, size, "\"size\":" + (CONFIG.length + 1))),
                "size-mismatch",
                CONFIG.length + " bytes, expected " + (CONFIG.length + 1));
        byte[] twoSizes = new String(document, StandardCharsets.UTF_8)
                .replaceFirst(size, "\"size\":1")
                .getBytes(StandardCharsets.UTF_8);
        requireRefused(pusher.manifest("any", twoSizes), "size-mismatch", "expected 1");
        pusher.manifest("any", document).statusCode(201);
        Descriptor subject = Descriptor.of(MediaTypes.IMAGE_MANIFEST, Digest.of(document), document.length + 1);
        requireRefused(
                pusher.manifest("other", artifact(Optional.of(subject), Map.of())), "size-mismatch", "expected ");
        Descriptor later =
                Descriptor.of(MediaTypes.IMAGE_MANIFEST, Digest.of("later".getBytes(StandardCharsets.UTF_8)), 5);
        pusher.manifest("other", artifact(Optional.of(later), Map.of())).statusCode(201);
        byte[] list = changed(
                ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.IMAGE_INDEX + "\",\"manifests\":[SUBJECT]}")
                        .getBytes(StandardCharsets.UTF_8),
                "SUBJECT",
                "{\"mediaType\":\"" + MediaTypes.IMAGE_MANIFEST + "\",\"digest\":\"" + Digest.of(document)
                        + "\",\"size\":1}");
        requireRefused(pusher.index("list", list), "size-mismatch", "expected 1");
    }

    @Test
    void tagThatReadsAsAnotherVersionIsRefused() {
        Pusher pusher = pusher("tagged");
        Build good = build(Arch.X86_64, "tagged");
        Digest published = publish(pusher, "1.22.1", good);
        requireRefused(pusher.index("1.22.2", index("1.22.1", good)), "invalid-name", "1.22.2");
        requireRefused(pusher.index("v1", index("1.22.1", good)), "invalid-name", "v1");
        pusher.index("lts", index("1.22.1", good))
                .statusCode(201)
                .header("Docker-Content-Digest", published.toString());
        given().get(pusher.path("manifests/1.22.2")).then().statusCode(404);
    }

    @Test
    void indexThatIsNoPackageUnderATagOfAVersionSaysSo() {
        byte[] list = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.IMAGE_INDEX + "\",\"manifests\":[]}")
                .getBytes(StandardCharsets.UTF_8);
        pusher("plain").index("1.0", list).statusCode(201).header("Warning", startsWith("299 - \"the tag reads as"));
        assertThat(pusher("plain")
                        .index("edge", list)
                        .statusCode(201)
                        .extract()
                        .headers()
                        .hasHeaderWithName("Warning"))
                .isFalse();
    }

    @Test
    void packageOfAnotherTitleIsRefused() {
        Pusher pusher = pusher("titled");
        Build good = build(Arch.X86_64, "titled");
        good.push(pusher).statusCode(201);
        byte[] other =
                index(new TreeMap<>(Map.of(Annotations.VERSION, "1.0", Annotations.TITLE, "reading/other")), good);
        requireRefused(pusher.index("1.0", other), "says-otherwise", "its name is \"other\", expected \"titled\"");
        byte[] copied =
                index(new TreeMap<>(Map.of(Annotations.VERSION, "1.0", Annotations.TITLE, "library/titled")), good);
        pusher.index("1.0", copied).statusCode(201);
    }

    @Test
    void linkThatLeavesTheRootThroughAnotherLayerIsRefused() {
        Pusher pusher = pusher("layers");
        Layer runtime = layer(
                LayerKind.RUNTIME, FileTree.builder().symlink("a", "b/c/../..").build());
        Layer config = layer(
                LayerKind.CONFIG,
                FileTree.builder().directory("b").symlink("b/c", "..").build());
        Build bad = build(Arch.X86_64, List.of(runtime, config), new TreeMap<>());
        requireRefused(bad.push(pusher), "link-leaves-root", "\"a\" leads out of the root");
    }

    @Test
    void manifestOfLargeAnnotationsIsTakenAndListed() throws IOException {
        Pusher pusher = pusher("large");
        byte[] document = artifact(Optional.empty(), Map.of());
        pusher.manifest("subject", document).statusCode(201);
        Descriptor subject = Descriptor.of(MediaTypes.IMAGE_MANIFEST, document);
        List<Digest> pushed = new ArrayList<>();
        for (String letter : List.of("<", "b", "c")) {
            byte[] large = artifact(
                    Optional.of(subject), Map.of("x", letter.repeat(letter.equals("<") ? 600_000 : 4_000_000)));
            pusher.manifest(Digest.of(large).toString(), large).statusCode(201);
            pushed.add(Digest.of(large));
        }
        List<Digest> listed = new ArrayList<>();
        String page = pusher.path("referrers/" + subject.digest());
        for (int pages = 0; !page.isEmpty(); pages++) {
            Response answer = given().urlEncodingEnabled(false).get(page);
            answer.then().statusCode(200).contentType(MediaTypes.IMAGE_INDEX);
            assertThat(answer.asByteArray().length).isLessThan(7 << 20);
            Fields index = Json.parseObject(answer.asByteArray(), new JsonLimits(8 << 20, 32, 1000));
            index.list("manifests", Descriptor::of).forEach(referrer -> listed.add(referrer.digest()));
            String link = Optional.ofNullable(answer.header("Link")).orElse("");
            page = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
            assertThat(pages).isLessThan(4);
        }
        assertThat(listed).isEqualTo(pushed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api;x/v1;y/whoami",
                "/api/v1/whoami;",
                "/v2/reading/params/tags/list;x=1",
                "/v2/reading/params/manifests/semi;colon",
                "/v2;/",
                "/v2/reading/params%3Bx/tags/list",
                "/v2/reading/params/manifests/semi%3bcolon",
                "/;jsessionid=1",
                "/health;x/live"
            })
    void pathWithParametersIsRefused(String path) {
        for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
            assertThat(given().urlEncodingEnabled(false).request(method, path).statusCode())
                    .as(method)
                    .isEqualTo(400);
        }
        given().urlEncodingEnabled(false).get(path).then().body(containsString("semicolons"));
    }

    @Test
    void everyAnswerForbidsGuessingItsType() {
        Pusher pusher = pusher("sniffed");
        byte[] document = artifact(Optional.empty(), Map.of());
        pusher.manifest("any", document).statusCode(201).header("X-Content-Type-Options", "nosniff");
        for (String path : List.of(
                "/",
                "/absent",
                "/v2/",
                "/v2/..;/",
                "/api/v1/packages",
                "/api/v1/whoami",
                "/health",
                "/metrics",
                "/openapi",
                pusher.path("blobs/" + DESCRIBED.digest()),
                pusher.path("blobs/" + Digest.of(document)),
                pusher.path("manifests/any"),
                pusher.path("referrers/" + Digest.of(document)))) {
            // Twice: the second answer to a hot path is given beside REST.
            for (int i = 0; i < 2; i++) {
                given().urlEncodingEnabled(false).get(path).then().header("X-Content-Type-Options", "nosniff");
            }
        }
    }

    @Test
    void locationOfWhatIsMadeIsRelative() {
        given().header("Authorization", "Bearer " + keys.administrator())
                .contentType("application/json")
                .body("{\"name\":\"located\"}")
                .post("/api/v1/namespaces")
                .then()
                .statusCode(201)
                .header("Location", "/api/v1/namespaces/located");
    }
}
