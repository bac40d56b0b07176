package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.catalog.RepositoryNames;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Repositories whose names no package can have, which the operator allowed here.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(PlainRepositoriesTest.Allowed.class)
class PlainRepositoriesTest {

    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

    /// With such repositories.
    public static final class Allowed implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("unipkg.oci.plain-repositories", "true");
        }
    }

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    @Inject
    RepositoryNames names;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "plain/a/b", "plain/a/b/c/d", "plain/some_tool", "plain/blobs/uploads"})
    void imageIsPushedPulledListedAndDeleted(String name) {
        Pusher pusher = pusher(name);
        byte[] layer = ("a layer of " + name).getBytes(StandardCharsets.UTF_8);
        pushInChunks(pusher, layer);
        pusher.blob(CONFIG);
        byte[] image = image(layer, Optional.empty());
        pusher.manifest("stable", image)
                .statusCode(201)
                .header("Location", pusher.path("manifests/" + Digest.of(image)));
        byte[] signature = image(CONFIG, Optional.of(Descriptor.of(MediaTypes.IMAGE_MANIFEST, image)));
        pusher.manifest(Digest.of(signature).toString(), signature).statusCode(201);

        for (int i = 0; i < 2; i++) {
            assertThat(given().get(pusher.path("manifests/stable")).asByteArray())
                    .isEqualTo(image);
            assertThat(given().get(pusher.path("manifests/" + Digest.of(image))).asByteArray())
                    .isEqualTo(image);
            assertThat(given().get(pusher.path("blobs/" + Digest.of(layer))).asByteArray())
                    .isEqualTo(layer);
        }
        given().get(pusher.path("tags/list?n=1"))
                .then()
                .statusCode(200)
                .body("name", equalTo(name))
                .body("tags", contains("stable"));
        given().get(pusher.path("referrers/" + Digest.of(image)))
                .then()
                .body("manifests.digest", contains(Digest.of(signature).toString()));
        given().get("/v2/_catalog").then().body("repositories", hasItem(name));
        assertThat(names.tagged(false, "", 1000)).doesNotContain(name);

        pusher.request().delete(pusher.path("manifests/stable")).then().statusCode(202);
        given().get(pusher.path("manifests/stable")).then().statusCode(404);
        pusher.request()
                .delete(pusher.path("manifests/" + Digest.of(image)))
                .then()
                .statusCode(202);
        given().get(pusher.path("manifests/" + Digest.of(image))).then().statusCode(404);
        given().get(pusher.path("tags/list")).then().statusCode(404).body("errors[0].code", equalTo("NAME_UNKNOWN"));
    }

    @Test
    void blobIsMountedBetweenSuchRepositoriesAndPackages() {
        Pusher one = pusher("plain");
        Pusher three = pusher("plain/mounts/here");
        Pusher two = pusher("plain/mounts");
        byte[] blob = "mounted".getBytes(StandardCharsets.UTF_8);
        one.blob(blob);
        mount(three, blob, "plain");
        mount(two, blob, "plain/mounts/here");
        assertThat(given().get(two.path("blobs/" + Digest.of(blob))).asByteArray())
                .isEqualTo(blob);
    }

    @Test
    void firstPartOfTheNameSaysWhoMayPush() {
        String key = keys.publisher("elsewhere");
        for (String name : List.of("plain", "plain/a/b")) {
            new Pusher(key, name)
                    .request()
                    .post("/v2/" + name + "/blobs/uploads/")
                    .then()
                    .statusCode(403)
                    .body("errors[0].detail.refusal", equalTo("not-your-namespace"));
        }
        given().post("/v2/plain/a/b/blobs/uploads/")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", containsString("scope=\"repository:plain/a/b:pull,push\""));
        given().post("/v2/plain/blobs/uploads/")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", containsString("scope=\"repository:plain:pull,push\""));
        new Pusher(keys.administrator(), "nowhere")
                .request()
                .post("/v2/nowhere/a/b/blobs/uploads/")
                .then()
                .statusCode(404)
                .body("errors[0].detail.refusal", equalTo("namespace-not-found"));
    }

    @Test
    void packageIsRefusedWhereNoPackageCanBe() {
        for (String name : List.of("plain", "plain/tools/web", "plain/some_web")) {
            Pusher pusher = pusher(name);
            PackageMaker.Build build = PackageMaker.build(Arch.X86_64, "a package in " + name);
            RegistryState.Snapshot before = state.snapshot();
            build.push(pusher)
                    .statusCode(400)
                    .body("errors[0].code", equalTo("NAME_INVALID"))
                    .body("errors[0].message", containsString("not a name of a package"));
            assertThat(state.snapshot().published()).isEqualTo(before.published());
        }
        given().get("/api/v1/packages?namespace=plain").then().body("packages", hasSize(0));
    }

    @Test
    void nameThatCouldBeMistakenForAnotherIsRefused() {
        Pusher pusher = pusher("plain/some.name");
        pusher.blob(CONFIG);
        pusher.manifest("one", image(CONFIG, Optional.empty())).statusCode(201);
        pusher("plain/some_name")
                .tryBlob(Digest.of(CONFIG), CONFIG)
                .statusCode(409)
                .body("errors[0].detail.refusal", equalTo("confusable-name"));
    }

    @Test
    void eachRepositoryHasOneAddress() {
        for (String name : List.of("plain/%2F", "plain/%2Fa%2Fb", "plain/%2fa%2fb", "plain/a%2Fb")) {
            String path = "/v2/" + name + "/tags/list";
            given().urlEncodingEnabled(false).get(path).then().statusCode(400);
        }
        given().get("/v2/plain/a/B/tags/list").then().statusCode(404).body("errors[0].code", equalTo("NAME_UNKNOWN"));
        given().options("/v2/plain/a/b/tags/list").then().statusCode(204).header("Allow", "GET, HEAD");
    }

    @Test
    void messagesNameTheAddressThatWasSent() {
        for (String path :
                List.of("/v2/packages/blobs/uploads/", "/v2/packages/a/b/tags/list", "/v2/packages/tags/list")) {
            String answer = given().post(path).asString() + given().get(path).asString();
            assertThat(answer).doesNotContain("%2F", "//tags");
        }
    }

    private Pusher pusher(String name) {
        return new Pusher(keys.publisher("plain"), name);
    }

    private static void pushInChunks(Pusher pusher, byte[] blob) {
        String session = pusher.request()
                .post(pusher.path("blobs/uploads/"))
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        assertThat(session).startsWith(pusher.path("blobs/uploads/"));
        pusher.request()
                .contentType("application/octet-stream")
                .body(blob)
                .patch(session)
                .then()
                .statusCode(202);
        pusher.request().get(session).then().statusCode(204);
        pusher.request()
                .put(session + "?digest=" + Digest.of(blob))
                .then()
                .statusCode(201)
                .header("Location", pusher.path("blobs/" + Digest.of(blob)));
    }

    private static void mount(Pusher to, byte[] blob, String from) {
        to.request()
                .post(to.path("blobs/uploads/?mount=" + Digest.of(blob) + "&from=" + from))
                .then()
                .statusCode(201)
                .header("Location", to.path("blobs/" + Digest.of(blob)));
    }

    private static byte[] image(byte[] layer, Optional<Descriptor> subject) {
        return new Manifest(
                        Optional.of("application/x-test"),
                        Descriptor.of(MediaTypes.EMPTY_JSON, CONFIG),
                        List.of(Descriptor.of("application/x-layer", layer)),
                        subject,
                        new TreeMap<>())
                .toBytes();
    }
}
