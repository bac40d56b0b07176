package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Digest.Algorithm;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Platform;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Content that is named by its SHA-512.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class Sha512Test {

    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    @Test
    void blobOfOneRequestAndOfASessionIsServedUnderItsDigest() {
        Pusher pusher = pusher("blobs");
        byte[] whole = bytes("in one request");
        pusher.tryBlob(sha512(whole), whole)
                .statusCode(201)
                .header("Docker-Content-Digest", sha512(whole).toString());
        requireBlob(pusher, whole);

        byte[] chunks = bytes("in a session of two chunks");
        String session = pusher.request()
                .post(pusher.path("blobs/uploads/?digest-algorithm=sha512"))
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        for (byte[] chunk : List.of(Arrays.copyOf(chunks, 5), Arrays.copyOfRange(chunks, 5, chunks.length))) {
            pusher.request()
                    .contentType("application/octet-stream")
                    .body(chunk)
                    .patch(session)
                    .then()
                    .statusCode(202);
        }
        pusher.request()
                .put(session + "?digest=" + sha512(chunks))
                .then()
                .statusCode(201)
                .header("Location", pusher.path("blobs/" + sha512(chunks)));
        requireBlob(pusher, chunks);
        given().get(pusher.path("blobs/" + Digest.of(chunks))).then().statusCode(404);
    }

    @Test
    void bytesOfAnotherSha512AreRefusedAndNotStored() {
        Pusher pusher = pusher("blobs");
        RegistryState.Snapshot before = state.snapshot();
        pusher.tryBlob(sha512(bytes("promised")), bytes("sent"))
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"));
        String session = pusher.request()
                .post(pusher.path("blobs/uploads/"))
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        pusher.request()
                .contentType("application/octet-stream")
                .body(bytes("sent"))
                .put(session + "?digest=" + sha512(bytes("promised")))
                .then()
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"));
        assertThat(state.snapshot()).isEqualTo(before);
    }

    @Test
    void algorithmThatIsNotThereIsRefused() {
        Pusher pusher = pusher("blobs");
        pusher.request()
                .post(pusher.path("blobs/uploads/?digest-algorithm=sha384"))
                .then()
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"))
                .body("errors[0].message", containsString("sha256 or sha512"));
        for (String digest :
                List.of("sha384:" + "a".repeat(96), "sha512:" + "a".repeat(64), "sha256:" + "a".repeat(128))) {
            given().get(pusher.path("blobs/" + digest))
                    .then()
                    .statusCode(400)
                    .body("errors[0].code", equalTo("DIGEST_INVALID"));
        }
    }

    @Test
    void imageOfAnIndexIsPushedByDigestWithTagsAndFoundByItsReferrers() {
        Pusher pusher = pusher("images");
        byte[] layer = bytes("a layer");
        pusher.tryBlob(sha512(layer), layer).statusCode(201);
        pusher.tryBlob(sha512(CONFIG), CONFIG).statusCode(201);
        byte[] image = image(layer, Optional.empty());
        pusher.manifest(sha512(image).toString(), image)
                .statusCode(201)
                .header("Docker-Content-Digest", sha512(image).toString());
        byte[] index = new Index(
                        Optional.empty(),
                        List.of(descriptor(MediaTypes.IMAGE_MANIFEST, image).withPlatform(Platform.of(Arch.X86_64))),
                        Optional.empty(),
                        new TreeMap<>())
                .toBytes();
        pusher.index(sha512(index) + "?tag=one&tag=two", index)
                .statusCode(201)
                .header("OCI-Tag", "one, two")
                .header("Docker-Content-Digest", sha512(index).toString());
        byte[] signature = image(layer, Optional.of(descriptor(MediaTypes.IMAGE_INDEX, index)));
        pusher.manifest(sha512(signature).toString(), signature)
                .statusCode(201)
                .header("OCI-Subject", sha512(index).toString());
        for (int i = 0; i < 2; i++) {
            for (String reference : List.of("one", "two", sha512(index).toString())) {
                var answer = given().get(pusher.path("manifests/" + reference));
                answer.then()
                        .statusCode(200)
                        .header("Docker-Content-Digest", sha512(index).toString())
                        .header("ETag", "\"" + sha512(index) + "\"");
                assertThat(answer.asByteArray()).isEqualTo(index);
            }
        }
        given().get(pusher.path("referrers/" + sha512(index)))
                .then()
                .body("manifests.digest", contains(sha512(signature).toString()));
        pusher.request()
                .delete(pusher.path("manifests/" + sha512(index)))
                .then()
                .statusCode(202);
        given().get(pusher.path("manifests/one")).then().statusCode(404);
    }

    @Test
    void blobIsMountedUnderTheDigestThatItHas() {
        Pusher pusher = pusher("mounted-from");
        Pusher other = pusher("mounted-to");
        byte[] blob = bytes("mounted");
        pusher.tryBlob(sha512(blob), blob).statusCode(201);
        String from = "&from=" + pusher.repository();
        other.request()
                .post(other.path("blobs/uploads/?mount=" + Digest.of(blob) + from))
                .then()
                .statusCode(202);
        other.request()
                .post(other.path("blobs/uploads/?mount=" + sha512(blob) + from))
                .then()
                .statusCode(201);
        requireBlob(other, blob);
    }

    @Test
    void packageIsNamedBySha256Alone() {
        Pusher pusher = pusher("package");
        PackageMaker.Build build = PackageMaker.build(Arch.X86_64, "by sha512");
        build.push(pusher).statusCode(201);
        byte[] index = PackageMaker.index("1.0", build);
        RegistryState.Snapshot before = state.snapshot();
        pusher.index(sha512(index) + "?tag=1.0", index)
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"))
                .body("errors[0].message", containsString("as every package and kernel release has"));

        byte[] config = build.config();
        pusher.tryBlob(sha512(config), config).statusCode(201);
        byte[] manifest = new Manifest(
                        Optional.of(MediaTypes.PACKAGE),
                        descriptor(MediaTypes.IMAGE_CONFIG, config),
                        build.manifest().layers(),
                        Optional.empty(),
                        new TreeMap<>())
                .toBytes();
        pusher.manifest(Digest.of(manifest).toString(), manifest)
                .statusCode(400)
                .body("errors[0].code", equalTo("MANIFEST_INVALID"))
                .body("errors[0].detail.field", equalTo("config.digest"));
        assertThat(state.snapshot().published()).isEqualTo(before.published());
    }

    private Pusher pusher(String name) {
        return new Pusher(keys.publisher("sha512"), "sha512/" + name);
    }

    private static void requireBlob(Pusher pusher, byte[] blob) {
        for (int i = 0; i < 2; i++) {
            var answer = given().get(pusher.path("blobs/" + sha512(blob)));
            answer.then()
                    .statusCode(200)
                    .header("Docker-Content-Digest", sha512(blob).toString());
            assertThat(answer.asByteArray()).isEqualTo(blob);
        }
        given().head(pusher.path("blobs/" + sha512(blob)))
                .then()
                .statusCode(200)
                .header("Content-Length", Integer.toString(blob.length));
    }

    private static byte[] image(byte[] layer, Optional<Descriptor> subject) {
        return new Manifest(
                        Optional.of("application/x-test"),
                        descriptor(MediaTypes.EMPTY_JSON, CONFIG),
                        List.of(descriptor("application/x-layer", layer)),
                        subject,
                        new TreeMap<>())
                .toBytes();
    }

    private static Descriptor descriptor(String mediaType, byte[] content) {
        return Descriptor.of(mediaType, sha512(content), content.length);
    }

    private static Digest sha512(byte[] content) {
        return Algorithm.SHA512.of(content);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
