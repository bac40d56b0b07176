package dev.unipkg.registry.content;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.wiring.TestDatabase;
import dev.unipkg.storage.BlobStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// A namespace has as many bytes as it may, and not one more.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(NamespaceLimitTest.Limited.class)
class NamespaceLimitTest {

    private static final int LIMIT = 100_000;

    /// A registry whose namespaces may have 100,000 bytes.
    public static final class Limited implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("unipkg.max-namespace-bytes", String.valueOf(LIMIT));
        }
    }

    @Inject
    TestKeys keys;

    @Inject
    BlobStore store;

    @Test
    void blobBeyondTheLimitIsRefusedBeforeItsBytesAreRead() {
        Pusher pusher = new Pusher(keys.publisher("announced"), "announced/things");
        pusher.blob(random(1, 60_000));
        byte[] tooMuch = random(2, 40_001);
        pusher.tryBlob(Digest.of(tooMuch), tooMuch)
                .statusCode(403)
                .body("errors[0].code", equalTo("DENIED"))
                .body("errors[0].detail.refusal", equalTo("namespace-full"))
                .body(
                        "errors[0].message",
                        containsString("the namespace \"announced\" has 60000 of 100000 bytes, and no room for 40001"));
        pusher.blob(random(1, 60_000));
        pusher.blob(random(3, 40_000));
        usage(pusher, "announced", LIMIT);
    }

    @Test
    void manifestBeyondTheLimitLeavesNoBytes() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("full"), "full/things");
        byte[] document = """
                {"schemaVersion": 2, "mediaType": "%s", "manifests": []}
                """.formatted(MediaTypes.IMAGE_INDEX).getBytes(StandardCharsets.UTF_8);
        pusher.blob(random(7, LIMIT - document.length));
        pusher.index("fits", document).statusCode(201);
        pusher.index("fits-again", document).statusCode(201);
        byte[] another = new String(document, StandardCharsets.UTF_8)
                .replace("2,", "2, \"annotations\": {\"a\": \"b\"},")
                .getBytes(StandardCharsets.UTF_8);
        pusher.index("more", another).statusCode(403).body("errors[0].detail.refusal", equalTo("namespace-full"));
        assertThat(store.find(Digest.of(another), another.length)).isEmpty();
        usage(pusher, "full", LIMIT);
    }

    @Test
    void contentOfTwoRepositoriesCountsOnce() {
        Pusher one = new Pusher(keys.publisher("shared"), "shared/one");
        one.blob(random(4, 90_000));
        new Pusher(one.key(), "shared/two").blob(random(4, 90_000));
        usage(one, "shared", 90_000);
    }

    @Test
    void sessionThatDoesNotTellItsSizeIsRefusedAtItsEnd() {
        Pusher pusher = new Pusher(keys.publisher("silent"), "silent/things");
        byte[] first = random(5, 70_000);
        byte[] second = random(6, 70_000);
        String one = begin(pusher);
        String other = begin(pusher);
        patch(pusher, one, first);
        patch(pusher, other, second);
        pusher.request().put(one + "?digest=" + Digest.of(first)).then().statusCode(201);
        pusher.request()
                .put(other + "?digest=" + Digest.of(second))
                .then()
                .statusCode(403)
                .body("errors[0].detail.refusal", equalTo("namespace-full"));
        pusher.request().get(other).then().statusCode(404);
        given().get(pusher.path("blobs/" + Digest.of(second))).then().statusCode(404);
        usage(pusher, "silent", 70_000);
    }

    @Test
    void ofPushesThatRaceForTheLastRoomAsManyFitAsThereIsRoom() throws Exception {
        Pusher pusher = new Pusher(keys.publisher("racing"), "racing/things");
        List<Callable<Integer>> pushes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] bytes = random(10 + i, 30_000);
            pushes.add(() -> pusher.tryBlob(Digest.of(bytes), bytes).extract().statusCode());
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(pushes.size())) {
            for (Future<Integer> status : threads.invokeAll(pushes)) {
                statuses.add(status.get());
            }
        }
        assertThat(statuses).filteredOn(status -> status == 201).hasSize(3);
        assertThat(statuses).filteredOn(status -> status == 403).hasSize(5);
        usage(pusher, "racing", 90_000);
    }

    @Test
    void namespaceIsShownToItsPublishersAlone() {
        Pusher stranger = new Pusher(keys.publisher("curious"), "curious/things");
        stranger.request().get("/api/v1/namespaces/library/usage").then().statusCode(403);
        given().get("/api/v1/namespaces/library/usage").then().statusCode(401);
    }

    @Test
    void listShowsTheBytesOfTheCallersNamespacesAlone() {
        Pusher pusher = new Pusher(keys.publisher("listed"), "listed/things");
        keys.publisher("listed-too");
        pusher.blob(random(8, 12_345));
        String page = "/api/v1/namespaces?limit=2&after=liste";
        given().get(page)
                .then()
                .body("namespaces.name", contains("listed", "listed-too"))
                .body("namespaces[0]", not(hasKey("bytes")))
                .body("namespaces[0]", not(hasKey("limitBytes")));
        pusher.request()
                .get(page)
                .then()
                .body("namespaces[0].bytes", equalTo(12_345))
                .body("namespaces[0].limitBytes", equalTo(LIMIT))
                .body("namespaces[1]", not(hasKey("bytes")));
        new Pusher(keys.administrator(), "listed/things")
                .request()
                .get(page)
                .then()
                .body("namespaces[0].bytes", equalTo(12_345))
                .body("namespaces[1].bytes", equalTo(0));
    }

    @Test
    void tarballsOfOpsHaveTheLimitOfTheirNamespace() {
        Pusher pusher = new Pusher(keys.publisher("tarballs"), "tarballs/copies");
        PackageMaker.publish(pusher, "1", copies(1));
        tarball("1").statusCode(200);
        PackageMaker.publish(pusher, "2", copies(2));
        int used = bytes(pusher);
        tarball("2")
                .statusCode(413)
                .body("detail", containsString("of the namespace tarballs, has more than 100000 bytes"));
        given().get("/v2/packages/tarballs/copies/2.tar.gz").then().statusCode(413);
        tarball("1").statusCode(200);
        assertThat(bytes(pusher)).isEqualTo(used);
    }

    /// A package that is many times as large as its blobs, for gzip has a window of 32 KiB.
    private static PackageMaker.Build copies(int copies) {
        FileTree.Builder files =
                FileTree.builder().file("bin/app", new Content.Bytes(PackageMaker.elf(Arch.X86_64)), true);
        for (int i = 0; i < copies; i++) {
            files.file("copy-" + i, new Content.Bytes(random(9, 40_000)), false);
        }
        return PackageMaker.build(
                Arch.X86_64, List.of(PackageMaker.layer(LayerKind.RUNTIME, files.build())), new TreeMap<>());
    }

    private static int bytes(Pusher pusher) {
        return pusher.request().get("/api/v1/namespaces/tarballs/usage").path("bytes");
    }

    private static ValidatableResponse tarball(String version) {
        return given().contentType("application/json")
                .body("{\"namespace\":\"tarballs\",\"pkg_name\":\"copies\",\"version\":\"" + version + "\"}")
                .post("/api/v1/pkg/metadata")
                .then();
    }

    private static void usage(Pusher pusher, String namespace, int bytes) {
        pusher.request()
                .get("/api/v1/namespaces/" + namespace + "/usage")
                .then()
                .statusCode(200)
                .body("namespace", equalTo(namespace))
                .body("bytes", equalTo(bytes))
                .body("limitBytes", equalTo(LIMIT));
    }

    private static String begin(Pusher pusher) {
        return pusher.request()
                .post(pusher.path("blobs/uploads/"))
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
    }

    private static void patch(Pusher pusher, String session, byte[] bytes) {
        pusher.request()
                .contentType("application/octet-stream")
                .body(bytes)
                .patch(session)
                .then()
                .statusCode(202);
    }

    private static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
