package dev.unipkg.registry.publish;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static dev.unipkg.registry.publish.PackageMaker.layer;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.checks.PushedManifest;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Manifests, indexes, names and tags that are refused.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class RefusedManifestsTest extends BadPushes {

    @Test
    void oneBuildUnderATagAsIfItWereAVersion() {
        Build build = build(Arch.X86_64, "alone");
        build.pushBlobs(pusher);
        requireRefused(pusher.manifest("1.0.0", build.bytes()), 400, "not-a-package")
                .body("errors[0].message", containsString("the index of its builds"));
    }

    @Test
    void aManifestThatNamesAbsentBlobs() {
        Build build = build(Arch.X86_64, "absent");
        build.layers().forEach(layer -> pusher.blob(layer.blob()));
        requireRefused(pusher.manifest(build.digest().toString(), build.bytes()), 404, "absent-content");
        requireRefused(pusher.index("1.0", index("1.0", build)), 404, "absent-content");
    }

    @Test
    void aLayerOfOthersThatIsSaidToBeElsewhere() {
        Build theirs = build(Arch.X86_64, "elsewhere");
        theirs.pushBlobs(new Pusher(keys.publisher("elsewhere"), "elsewhere/secret"));
        lookAround();
        pusher.blob(theirs.config());
        byte[] manifest = new String(theirs.bytes(), StandardCharsets.UTF_8)
                .replace(
                        "{\"mediaType\":\"" + MediaTypes.LAYER_TAR_ZSTD,
                        "{\"urls\":[\"https://example.org/\"]," + "\"mediaType\":\"" + MediaTypes.LAYER_TAR_ZSTD)
                .getBytes(StandardCharsets.UTF_8);
        assertThat(manifest.length).isGreaterThan(theirs.bytes().length);

        requireRefused(pusher.manifest(Digest.of(manifest).toString(), manifest), 404, "absent-content");
    }

    @Test
    void aPlainManifestThatNamesAbsentBlobs() {
        Manifest plain = new Manifest(
                Optional.empty(),
                Descriptor.of(MediaTypes.EMPTY_JSON, "{\"never\":\"pushed\"}".getBytes(StandardCharsets.UTF_8)),
                List.of(),
                Optional.empty(),
                new TreeMap<>());
        pusher.manifest("plain", plain.toBytes())
                .statusCode(404)
                .body("errors[0].code", equalTo("MANIFEST_BLOB_UNKNOWN"));
    }

    @Test
    void whatIsNoJsonIsSaidInOurOwnWords() {
        requireRefused(
                        pusher.manifest("1.0", "{\"schemaVersion\": NaN}".getBytes(StandardCharsets.UTF_8)),
                        400,
                        "malformed")
                .body("errors[0].message", containsString("\"NaN\" cannot stand there"));
    }

    @Test
    void aNameThatWouldSteerATerminal() {
        String evil = "{\"schemaVersion\":2,\"annotations\":{\"a\\u001b[2J\\u202e\":7}}";
        String shown = "annotations.a\\u{1b}[2J\\u{202e}";
        requireRefused(
                        pusher.put(
                                "1.0",
                                MediaTypes.IMAGE_INDEX,
                                evil.replace("2,", "2,\"manifests\":[],").getBytes(StandardCharsets.UTF_8)),
                        400,
                        "wrong-type")
                .body("errors[0].detail.field", equalTo(shown))
                .body("errors[0].message", containsString(shown));
        given().urlEncodingEnabled(false)
                .get("/api/v1/packages/a%C2%9B2J/b")
                .then()
                .statusCode(404)
                .body("detail", containsString("a\\u{9b}2J/b"));
    }

    @Test
    void duplicateJsonKeys() {
        Build build = build(Arch.X86_64, "twice");
        build.pushBlobs(pusher);
        String twice = new String(build.bytes(), StandardCharsets.UTF_8).replaceFirst("\\{", "{\"schemaVersion\":2,");
        requireRefused(pusher.manifest("1.0", twice.getBytes(StandardCharsets.UTF_8)), 400, "duplicate-key");
    }

    @Test
    void aDocumentThatIsManifestAndIndexAtOnce() {
        Build build = build(Arch.X86_64, "both");
        build.pushBlobs(pusher);
        String both = new String(build.bytes(), StandardCharsets.UTF_8).replaceFirst("\\{", "{\"manifests\":[],");
        requireRefused(pusher.manifest("1.0", both.getBytes(StandardCharsets.UTF_8)), 400, "not-a-package");
    }

    @Test
    void aContentTypeThatIsNotTheDocuments() {
        Build build = build(Arch.X86_64, "type");
        build.pushBlobs(pusher);
        requireRefused(pusher.index("1.0", build.bytes()), 400, "unknown-media-type");
    }

    @Test
    void anIndexThatSaysAnotherArchitectureThanItsBuild() {
        Build build = build(Arch.X86_64, "arch");
        build.push(pusher).statusCode(201);
        String lying = new String(index("1.0", build), StandardCharsets.UTF_8).replace("amd64", "arm64");
        requireRefused(pusher.index("1.0", lying.getBytes(StandardCharsets.UTF_8)), 400, "says-otherwise");
    }

    @Test
    void aVersionOutsideTheGrammar() {
        Build build = build(Arch.X86_64, "version");
        build.push(pusher).statusCode(201);
        byte[] index = index("not a version!", build);
        requireRefused(pusher.index("1.0", index), 400, "invalid-value")
                .body("errors[0].detail.field", equalTo("annotations." + Annotations.VERSION));
    }

    @Test
    void aTagOutsideTheGrammar() {
        pusher.index("-1.0", index("1.0", build(Arch.X86_64, "x")))
                .statusCode(400)
                .body("errors[0].detail.field", equalTo("tag"));
    }

    @Test
    void anIndexUnderNoTag() {
        Build build = build(Arch.X86_64, "no tag");
        build.push(pusher).statusCode(201);
        pusher.index("1.0+x", index("1.0+x", build))
                .statusCode(400)
                .body("errors[0].detail.refusal", equalTo("invalid-name"));
        given().head(pusher.path("manifests/" + build.digest())).then().statusCode(200);
    }

    @Test
    void aNameThatCouldBeMistakenForAnother() {
        Pusher first = new Pusher(pusher.key(), "bad/clean-1");
        PackageMaker.publish(first, "1.0", build(Arch.X86_64, "first"));
        before = state.snapshot();
        Pusher confusing = new Pusher(pusher.key(), "bad/cleani");
        confusing
                .tryBlob(Digest.of(new byte[0]), new byte[0])
                .statusCode(409)
                .body("errors[0].detail.refusal", equalTo("confusable-name"))
                .body("errors[0].message", containsString("bad/clean-1"));
    }

    @Test
    void someoneElsesNamespace() {
        Pusher stranger = new Pusher(pusher.key(), "library/nginx");
        requireRefused(stranger.manifest("1.0", build(Arch.X86_64, "x").bytes()), 403, "not-your-namespace");
        requireRefused(
                new Pusher(pusher.key(), "kernels/nanos").manifest("1.0", new byte[] {'{', '}'}),
                403,
                "not-your-namespace");
    }

    @Test
    void aManifestLargerThanAllowed() {
        byte[] large = new byte[PushedManifest.MAX_BYTES + 1];
        Arrays.fill(large, (byte) ' ');
        requireRefused(pusher.manifest("1.0", large), 413, "too-large");
    }

    @Test
    void aDescriptionLongerThanTheCatalogShows() {
        Build build = build(Arch.X86_64, "described");
        build.push(pusher).statusCode(201);
        requireRefused(pusher.index("1.0", index("1.0", "x".repeat(4097), build)), 400, "invalid-value")
                .body("errors[0].detail.field", equalTo("annotations." + Annotations.DESCRIPTION));
    }

    @Test
    void aNamespaceThatDoesNotExist() {
        String administrator = keys.administrator();
        for (String name : List.of("v2/zz", "l1brary/zz", "nowhere/zz")) {
            Pusher nowhere = new Pusher(administrator, name);
            requireRefused(nowhere.tryBlob(Digest.of(new byte[0]), new byte[0]), 404, "namespace-not-found")
                    .body("errors[0].code", equalTo("NAME_UNKNOWN"));
            requireRefused(nowhere.manifest("1.0", "{}".getBytes(StandardCharsets.UTF_8)), 404, "namespace-not-found");
        }
    }
}
