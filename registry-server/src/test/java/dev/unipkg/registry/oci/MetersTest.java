package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// `/metrics` tells what the registry did, and nothing of whom it did it for.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class MetersTest {

    private static final String PUSHED_BLOBS = "unipkg_pushes_total{kind=\"blob\"}";
    private static final String PUSHED_MANIFESTS = "unipkg_pushes_total{kind=\"manifest\"}";
    private static final String PULLED_BLOBS = "unipkg_pulls_total{kind=\"blob\"}";
    private static final String PULLED_MANIFESTS = "unipkg_pulls_total{kind=\"manifest\"}";

    @Inject
    TestKeys keys;

    @Test
    void pushesAndPullsAreCountedByKind() {
        Pusher pusher = new Pusher(keys.publisher("metered"), "metered/telling-name");
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        byte[] manifest = new Manifest(
                        Optional.of("application/x-test"),
                        Descriptor.of(MediaTypes.EMPTY_JSON, config),
                        List.of(),
                        Optional.empty(),
                        new TreeMap<>())
                .toBytes();
        double blobs = value(PUSHED_BLOBS);
        double manifests = value(PUSHED_MANIFESTS);
        pusher.blob(config);
        pusher.manifest("a", manifest).statusCode(201);
        assertThat(value(PUSHED_BLOBS)).isEqualTo(blobs + 1);
        assertThat(value(PUSHED_MANIFESTS)).isEqualTo(manifests + 1);

        double pulledBlobs = value(PULLED_BLOBS);
        double pulledManifests = value(PULLED_MANIFESTS);
        // The second answer comes from the cache.
        for (int i = 0; i < 2; i++) {
            given().get(pusher.path("blobs/" + Digest.of(config))).then().statusCode(200);
            given().get(pusher.path("manifests/a")).then().statusCode(200);
        }
        given().head(pusher.path("manifests/a")).then().statusCode(200);
        assertThat(value(PULLED_BLOBS)).isEqualTo(pulledBlobs + 2);
        assertThat(value(PULLED_MANIFESTS)).isEqualTo(pulledManifests + 2);
        assertThat(metrics()).doesNotContain("telling-name");
    }

    @Test
    void pushesAndPullsAreShownBeforeTheFirst() {
        assertThat(metrics())
                .contains("unipkg_pushes_total{kind=\"kernel\"}", PUSHED_BLOBS, PULLED_BLOBS, PULLED_MANIFESTS);
    }

    @Test
    void refusalsAreShownBeforeTheFirst() {
        for (String code : List.of("version-exists", "dropped", "fault", "not-your-namespace", "page-not-found")) {
            assertThat(metrics()).contains("unipkg_refusals_total{code=\"" + code + "\"}");
        }
    }

    @Test
    void refusalsAreCountedByTheirCode() {
        String refused = "unipkg_refusals_total{code=\"bad-credentials\"}";
        double before = value(refused);
        given().header("Authorization", "Bearer upk_telling")
                .get("/api/v1/whoami")
                .then()
                .statusCode(401);
        given().header("Authorization", "Bearer upk_telling").get("/v2/").then().statusCode(401);
        assertThat(value(refused)).isEqualTo(before + 2);
        assertThat(metrics()).doesNotContain("upk_telling").contains("unipkg_checks_waiting 0.0");
    }

    private static double value(String meter) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(meter + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(meter.length() + 1)))
                .sum();
    }

    private static String metrics() {
        return given().get("/metrics").then().statusCode(200).extract().asString();
    }
}
