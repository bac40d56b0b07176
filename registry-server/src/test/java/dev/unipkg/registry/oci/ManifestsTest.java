package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ManifestsTest {

    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

    @Inject
    TestKeys keys;

    @Test
    void aManifestIsServedByteForByteByTagAndByDigest() {
        Pusher pusher = pusher("both");
        byte[] bytes = manifest("one", Optional.empty());
        Digest digest = Digest.of(bytes);
        pusher.manifest("stable", bytes)
                .statusCode(201)
                .header("Location", pusher.path("manifests/" + digest))
                .header("Docker-Content-Digest", digest.toString());
        for (String reference : List.of("stable", digest.toString(), "stable", digest.toString())) {
            var response = given().header("Accept", MediaTypes.DOCKER_MANIFEST_LIST)
                    .get(pusher.path("manifests/" + reference));
            response.then()
                    .statusCode(200)
                    .contentType(MediaTypes.IMAGE_MANIFEST)
                    .header("Docker-Content-Digest", digest.toString());
            assertThat(response.asByteArray()).isEqualTo(bytes);
            given().head(pusher.path("manifests/" + reference))
                    .then()
                    .statusCode(200)
                    .header("Content-Length", Integer.toString(bytes.length))
                    .header("Docker-Content-Digest", digest.toString());
            for (RequestSpecification client : List.of(given(), pusher.request())) {
                for (String method : List.of("HEAD", "GET")) {
                    given().spec(client)
                            .header("If-None-Match", "\"" + digest + "\"")
                            .request(method, pusher.path("manifests/" + reference))
                            .then()
                            .statusCode(304);
                }
            }
        }
    }

    /// containerd says which registry it uses this one as a mirror of.
    @Test
    void manifestsAndBlobsAreServedToAClientThatNamesTheMirroredRegistry() {
        Pusher pusher = pusher("mirrored");
        byte[] bytes = manifest("one", Optional.empty());
        pusher.manifest("stable", bytes).statusCode(201);
        for (int i = 0; i < 2; i++) {
            assertThat(given().get(pusher.path("manifests/stable?ns=registry.example"))
                            .asByteArray())
                    .isEqualTo(bytes);
            assertThat(given().get(pusher.path("blobs/" + Digest.of(CONFIG) + "?ns=registry.example"))
                            .asByteArray())
                    .isEqualTo(CONFIG);
        }
    }

    @Test
    void aManifestOfManyPiecesComesWhole() {
        Pusher pusher = pusher("long");
        String one = new String(manifest("long", Optional.empty()), StandardCharsets.UTF_8);
        byte[] bytes = (" ".repeat(3 << 20) + one).getBytes(StandardCharsets.UTF_8);
        pusher.manifest("long", bytes).statusCode(201);
        for (RequestSpecification client : List.of(pusher.request(), given(), given(), pusher.request())) {
            byte[] came = client.get(pusher.path("manifests/long"))
                    .then()
                    .statusCode(200)
                    .extract()
                    .asByteArray();
            assertThat(Digest.of(came)).isEqualTo(Digest.of(bytes));
        }
    }

    @Test
    void aMovedTagIsServedAtOnceHoweverOftenItWasAskedFor() {
        Pusher pusher = pusher("moving");
        for (int i = 0; i < 20; i++) {
            byte[] bytes = manifest("number " + i, Optional.empty());
            pusher.manifest("edge", bytes).statusCode(201);
            for (int asked = 0; asked < 3; asked++) {
                given().get(pusher.path("manifests/edge"))
                        .then()
                        .header("Docker-Content-Digest", Digest.of(bytes).toString())
                        .header("Cache-Control", "no-cache");
            }
        }
    }

    @Test
    void aDeletedTagIsGoneAtOnceAndItsManifestStays() {
        Pusher pusher = pusher("deleting");
        byte[] bytes = manifest("one", Optional.empty());
        Digest digest = Digest.of(bytes);
        pusher.manifest("one", bytes).statusCode(201);
        pusher.manifest("two", bytes).statusCode(201);
        given().get(pusher.path("manifests/one")).then().statusCode(200);

        pusher.request().delete(pusher.path("manifests/one")).then().statusCode(202);
        given().get(pusher.path("manifests/one"))
                .then()
                .statusCode(404)
                .body("errors[0].code", equalTo("MANIFEST_UNKNOWN"));
        given().get(pusher.path("manifests/" + digest)).then().statusCode(200);

        pusher.request().delete(pusher.path("manifests/" + digest)).then().statusCode(202);
        given().get(pusher.path("manifests/" + digest)).then().statusCode(404);
        given().get(pusher.path("manifests/two")).then().statusCode(404);
        pusher.request().delete(pusher.path("manifests/" + digest)).then().statusCode(404);
    }

    @Test
    void aDigestThatIsNotTheDocumentsIsRefusedAndItsBlobsStay() {
        Pusher pusher = pusher("mismatch");
        byte[] bytes = manifest("one", Optional.empty());
        pusher.blob(CONFIG);
        pusher.put(Digest.of(new byte[0]).toString(), MediaTypes.IMAGE_MANIFEST, bytes)
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"));
        given().head(pusher.path("blobs/" + Digest.of(CONFIG))).then().statusCode(200);
    }

    @Test
    void tagsAreListedInOrderAndInPages() {
        Pusher pusher = pusher("tags");
        byte[] bytes = manifest("one", Optional.empty());
        for (String tag : List.of("b", "B", "a", "1.10", "1.9")) {
            pusher.manifest(tag, bytes).statusCode(201);
        }
        given().get(pusher.path("tags/list"))
                .then()
                .statusCode(200)
                .body("name", equalTo("oci/tags"))
                .body("tags", contains("1.10", "1.9", "B", "a", "b"));
        String link = given().get(pusher.path("tags/list?n=2"))
                .then()
                .body("tags", contains("1.10", "1.9"))
                .extract()
                .header("Link");
        assertThat(link).isEqualTo("</v2/oci/tags/tags/list?n=2&last=1.9>; rel=\"next\"");
        given().get(pusher.path("tags/list?n=3&last=1.9"))
                .then()
                .header("Link", (String) null)
                .body("tags", contains("B", "a", "b"));
        given().get(pusher.path("tags/list?n=0"))
                .then()
                .body("tags", hasSize(0))
                .header("Link", (String) null);
        given().get(pusher.path("tags/list?n=99999999999")).then().body("tags", hasSize(5));
        given().get(pusher.path("tags/list?n=-1")).then().statusCode(400);
        given().get(pusher.path("tags/list?n=" + "9".repeat(19)))
                .then()
                .statusCode(400)
                .body("errors[0].detail.field", equalTo("n"));
        given().get(pusher.path("tags/list?last=" + "a".repeat(128))).then().statusCode(200);
        given().get(pusher.path("tags/list?last=" + "a".repeat(129)))
                .then()
                .statusCode(400)
                .body("errors[0].detail.field", equalTo("last"));
        given().get("/v2/oci/nothing/tags/list").then().statusCode(404).body("errors[0].code", equalTo("NAME_UNKNOWN"));
    }

    @Test
    void severalTagsArePushedWithOneDigest() {
        Pusher pusher = pusher("tag-parameters");
        byte[] bytes = manifest("one", Optional.empty());
        pusher.put(Digest.of(bytes) + "?tag=a&tag=b", MediaTypes.IMAGE_MANIFEST, bytes)
                .statusCode(201)
                .header("OCI-Tag", "a, b");
        given().get(pusher.path("manifests/b"))
                .then()
                .header("Docker-Content-Digest", Digest.of(bytes).toString());
    }

    @Test
    void referrersAreListedFilteredAndPaged() {
        Pusher pusher = pusher("referrers");
        byte[] subject = manifest("subject", Optional.empty());
        Descriptor descriptor = Descriptor.of(MediaTypes.IMAGE_MANIFEST, subject);
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            byte[] referrer = manifest("referrer " + i, Optional.of(descriptor));
            pusher.manifest(Digest.of(referrer).toString(), referrer)
                    .statusCode(201)
                    .header("OCI-Subject", descriptor.digest().toString());
            digests.add(Digest.of(referrer).toString());
        }
        List<String> listed = new ArrayList<>();
        String path = pusher.path("referrers/" + descriptor.digest() + "?artifactType=application/x-test");
        while (path != null) {
            var page = given().urlEncodingEnabled(false)
                    .get(path)
                    .then()
                    .statusCode(200)
                    .contentType(MediaTypes.IMAGE_INDEX)
                    .header("OCI-Filters-Applied", "artifactType")
                    .extract();
            listed.addAll(page.path("manifests.digest"));
            path = page.header("Link") == null ? null : page.header("Link").replaceAll("<(.*)>.*", "$1");
        }
        assertThat(listed).containsExactlyElementsOf(digests);
        given().get(pusher.path("referrers/" + descriptor.digest() + "?artifactType=application/x-other"))
                .then()
                .body("manifests", hasSize(0));
        given().get("/v2/oci/nothing/referrers/" + descriptor.digest())
                .then()
                .statusCode(200)
                .body("manifests", hasSize(0));
        given().get(pusher.path("referrers/none")).then().statusCode(400);
    }

    private Pusher pusher(String name) {
        Pusher pusher = new Pusher(keys.publisher("oci"), "oci/" + name);
        pusher.blob(CONFIG);
        return pusher;
    }

    private static byte[] manifest(String title, Optional<Descriptor> subject) {
        TreeMap<String, String> annotations = new TreeMap<>();
        annotations.put(Annotations.TITLE, title);
        return new Manifest(
                        Optional.of("application/x-test"),
                        Descriptor.of(MediaTypes.EMPTY_JSON, CONFIG),
                        List.of(),
                        subject,
                        annotations)
                .toBytes();
    }
}
