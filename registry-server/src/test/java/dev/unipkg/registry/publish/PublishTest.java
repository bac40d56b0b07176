package dev.unipkg.registry.publish;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class PublishTest {

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    @Test
    void aVersionPushedUnderItsTagIsInTheCatalogAndPulledByTagAndDigest() {
        Pusher pusher = pusher("happy");
        Build intel = build(Arch.X86_64, "hello");
        Build arm = build(Arch.ARM64, "hello");
        Digest digest = publish(pusher, "1.0+deb12", intel, arm);

        given().get("/v2/pub/happy/manifests/1.0_deb12")
                .then()
                .statusCode(200)
                .contentType("application/vnd.oci.image.index.v1+json")
                .header("Docker-Content-Digest", digest.toString())
                .header("Cache-Control", "public, max-age=31536000, immutable");
        given().get("/v2/pub/happy/manifests/latest")
                .then()
                .statusCode(200)
                .header("Docker-Content-Digest", digest.toString());
        given().get("/api/v1/packages/pub/happy/versions/1.0+deb12")
                .then()
                .statusCode(200)
                .body("version", equalTo("1.0+deb12"))
                .body("digest", equalTo(digest.toString()))
                .body("builds.arch", contains("arm64", "x86_64"))
                .body("builds[1].digest", equalTo(intel.digest().toString()))
                .body("builds[1].config.entrypoint", contains("/bin/app"))
                .body("builds[1].layers.kind", contains("runtime", "config"))
                .body(
                        "builds[1].layers[0].diffId",
                        equalTo(intel.layers().getFirst().diffId().toString()));
    }

    @Test
    void theSameVersionWithTheSameDigestIsTakenAgain() {
        Pusher pusher = pusher("again");
        Build build = build(Arch.X86_64, "hello");
        publish(pusher, "1.0", build);
        publish(pusher, "1.0", build);
        given().get("/api/v1/packages/pub/again/versions").then().body("versions.version", contains("1.0"));
    }

    @Test
    void aVersionNeverChangesAndTheRefusalNamesBothDigests() {
        Pusher pusher = pusher("immutable");
        Digest first = publish(pusher, "1.0", build(Arch.X86_64, "one"));
        RegistryState.Snapshot before = state.snapshot();

        Build other = build(Arch.X86_64, "two");
        other.push(pusher).statusCode(201);
        byte[] index = index("1.0", other);
        pusher.index("1.0", index)
                .statusCode(409)
                .body("errors[0].code", equalTo("DENIED"))
                .body("errors[0].detail.refusal", equalTo("version-exists"))
                .body("errors[0].message", containsString(first.toString()))
                .body("errors[0].message", containsString(Digest.of(index).toString()));
        given().get("/v2/pub/immutable/manifests/1.0").then().header("Docker-Content-Digest", first.toString());
        assertThat(state.snapshot().published()).isEqualTo(before.published());
    }

    @Test
    void noVersionIsCalledLikeATagThatMovesByItself() {
        Pusher pusher = pusher("moving");
        Build build = build(Arch.X86_64, "one");
        publish(pusher, "1.0", build);
        pusher.index("latest", index("1.0", build)).statusCode(201);

        for (String tag : List.of("latest", "stable")) {
            RegistryState.Snapshot before = state.snapshot();
            Build other = build(Arch.X86_64, "called " + tag);
            other.push(pusher).statusCode(201);
            pusher.index(tag, index(tag, other))
                    .statusCode(400)
                    .body("errors[0].detail.refusal", equalTo("moving-version"));
            assertThat(state.snapshot().published()).isEqualTo(before.published());
        }
        given().get("/v2/pub/moving/manifests/latest")
                .then()
                .header("Docker-Content-Digest", Digest.of(index("1.0", build)).toString());
    }

    @Test
    void plainContentNeverTakesTheTagOfAVersion() {
        Pusher pusher = pusher("plain-over");
        Digest version = publish(pusher, "1.0", build(Arch.X86_64, "one"));
        byte[] plain =
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}"
                        .getBytes(StandardCharsets.UTF_8);
        pusher.index("1.0", plain).statusCode(409).body("errors[0].detail.refusal", equalTo("tag-is-version"));
        given().get("/v2/pub/plain-over/manifests/1.0").then().header("Docker-Content-Digest", version.toString());
    }

    @Test
    void aVersionAndItsPartsAreNotDeleted() {
        Pusher pusher = pusher("kept");
        Build build = build(Arch.X86_64, "kept");
        Digest digest = publish(pusher, "1.0", build);
        for (String reference : List.of("1.0", digest.toString(), build.digest().toString())) {
            pusher.request()
                    .delete(pusher.path("manifests/" + reference))
                    .then()
                    .statusCode(405)
                    .header("Allow", "GET, HEAD, PUT")
                    .body("errors[0].code", equalTo("UNSUPPORTED"))
                    .body("errors[0].message", containsString("never deleted"))
                    .body("errors[0].detail.refusal", equalTo("version-stays"));
            given().get(pusher.path("manifests/" + reference)).then().statusCode(200);
        }
        Digest layer = Digest.of(build.layers().getFirst().blob());
        pusher.request().delete(pusher.path("blobs/" + layer)).then().statusCode(405);
        given().get(pusher.path("blobs/" + layer)).then().statusCode(200);
    }

    @Test
    void theNameOfARepositoryIsFreeOnceItsLastManifestIsDeleted() {
        Pusher first = pusher("free-1");
        Build build = build(Arch.X86_64, "deleted again");
        build.push(first).statusCode(201);
        Build other = build(Arch.X86_64, "deleted later");
        other.push(first).statusCode(201);
        Pusher confusing = pusher("freei");
        byte[] blob = "of the other name".getBytes(StandardCharsets.UTF_8);

        first.request().delete(first.path("manifests/" + build.digest())).then().statusCode(202);
        confusing.tryBlob(Digest.of(blob), blob).statusCode(409);
        first.request().delete(first.path("manifests/" + other.digest())).then().statusCode(202);
        confusing.tryBlob(Digest.of(blob), blob).statusCode(201);
    }

    @Test
    void anotherTagMovesToPublishedVersionsOnly() {
        Pusher pusher = pusher("tags");
        Build one = build(Arch.X86_64, "one");
        publish(pusher, "1.0", one);
        pusher.index("stable", index("1.0", one)).statusCode(201);
        Build two = build(Arch.X86_64, "two");
        two.push(pusher).statusCode(201);
        pusher.index("stable", index("2.0", two))
                .statusCode(409)
                .body("errors[0].detail.refusal", equalTo("version-not-published"));
        publish(pusher, "2.0", two);
        pusher.index("stable", index("2.0", two)).statusCode(201);
        given().get("/v2/pub/tags/manifests/stable")
                .then()
                .header("Docker-Content-Digest", Digest.of(index("2.0", two)).toString())
                .header("Cache-Control", "no-cache");
    }

    @Test
    void ofManyPushesOfOneVersionExactlyOneWinsAndTheOthersAreToldTheTruth() throws Exception {
        Pusher pusher = pusher("race");
        List<Build> builds = new ArrayList<>();
        List<byte[]> indexes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Build build = build(Arch.X86_64, "racer " + i);
            build.push(pusher).statusCode(201);
            builds.add(build);
            indexes.add(index("1.0", build));
        }
        List<Integer> statuses = allAtOnce(indexes.stream()
                .map(index -> (Callable<Integer>)
                        () -> pusher.index("1.0", index).extract().statusCode())
                .toList());

        assertThat(statuses).containsOnly(201, 409);
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(1);
        int winner = statuses.indexOf(201);
        given().get("/v2/pub/race/manifests/1.0")
                .then()
                .header("Docker-Content-Digest", Digest.of(indexes.get(winner)).toString());
        // Acknowledged content of others stays.
        for (Build build : builds) {
            given().get(pusher.path("manifests/" + build.digest())).then().statusCode(200);
            Digest layer = Digest.of(build.layers().getFirst().blob());
            given().get(pusher.path("blobs/" + layer)).then().statusCode(200);
        }
    }

    @Test
    void manyPushesOfTheSameContentAllSucceed() throws Exception {
        Pusher pusher = pusher("same");
        Build build = build(Arch.X86_64, "same");
        List<Callable<Integer>> pushes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            pushes.add(() -> {
                build.push(pusher).statusCode(201);
                return pusher.index("1.0", index("1.0", build)).extract().statusCode();
            });
        }
        assertThat(allAtOnce(pushes)).containsOnly(201);
    }

    @Test
    void firstPushesToARepositoryAllSucceed() throws Exception {
        byte[] document = """
                {"schemaVersion": 2, "mediaType": "%s", "manifests": []}
                """.formatted(MediaTypes.IMAGE_INDEX).getBytes(StandardCharsets.UTF_8);
        for (int repository = 0; repository < 40; repository++) {
            Pusher pusher = pusher("first-" + repository);
            Callable<Integer> push =
                    () -> pusher.index("any", document).extract().statusCode();
            assertThat(allAtOnce(Collections.nCopies(8, push))).containsOnly(201);
        }
    }

    @Test
    void aRefusedPushNeverTakesAwayWhatAnotherOneBrings() throws Exception {
        Pusher pusher = pusher("beside");
        publish(pusher, "1.0", build(Arch.X86_64, "first"));
        Build shared = build(Arch.X86_64, "brought by both");
        List<Callable<Integer>> pushes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String version = "2." + i;
            pushes.add(() -> {
                shared.push(pusher).statusCode(201);
                return pusher.index(version, index(version, shared)).extract().statusCode();
            });
            pushes.add(() -> {
                shared.push(pusher).statusCode(201);
                return pusher.index("1.0", index("1.0", shared)).extract().statusCode();
            });
        }
        assertThat(allAtOnce(pushes)).containsExactly(201, 409, 201, 409, 201, 409, 201, 409);
        given().get(pusher.path("manifests/" + shared.digest())).then().statusCode(200);
        shared.layers()
                .forEach(layer -> given().get(pusher.path("blobs/" + Digest.of(layer.blob())))
                        .then()
                        .statusCode(200));
    }

    @Test
    void aBuildIsNeverDeletedWhileItBecomesPartOfAVersion() throws Exception {
        Pusher pusher = pusher("deleted-beside");
        for (int i = 0; i < 12; i++) {
            String version = "1." + i;
            Build build = build(Arch.X86_64, "number " + i);
            build.push(pusher).statusCode(201);
            byte[] index = index(version, build);
            List<Integer> statuses = allAtOnce(List.of(
                    () -> pusher.index(version, index).extract().statusCode(),
                    () -> pusher.request()
                            .delete(pusher.path("manifests/" + build.digest()))
                            .statusCode()));
            assertThat(statuses).isIn(List.of(List.of(201, 405), List.of(404, 202), List.of(404, 404)));
            given().get(pusher.path("manifests/" + build.digest()))
                    .then()
                    .statusCode(statuses.getFirst() == 201 ? 200 : 404);
        }
    }

    private static List<Integer> allAtOnce(List<Callable<Integer>> pushes) throws Exception {
        List<Integer> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> push : threads.invokeAll(pushes)) {
                results.add(push.get());
            }
        }
        return results;
    }

    private Pusher pusher(String name) {
        return new Pusher(keys.publisher("pub"), "pub/" + name);
    }
}
