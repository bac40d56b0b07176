package dev.unipkg.registry.kernels;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.startsWith;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class KernelsTest {

    @Inject
    TestKeys keys;

    @Test
    void releasesArePublishedListedAndFoundByChannel() throws IOException {
        Pusher pusher = new Pusher(keys.administrator(), "kernels/nanos");
        KernelMaker.publish(pusher, "0.1.54");
        KernelMaker.publish(pusher, "0.1.55");

        given().get("/api/v1/kernels/nanos/releases")
                .then()
                .statusCode(200)
                .body("releases.version", contains("0.1.55", "0.1.54"))
                .body("releases[0].archs", contains("arm64", "x86_64"));
        given().get("/api/v1/kernels/nanos/releases/0.1.54")
                .then()
                .body("family", equalTo("nanos"))
                .body("builds[0].arch", equalTo("arm64"))
                .body("builds[0].files.title", contains("kernel.img", "klibs/tls"))
                .body("builds[1].files.title", contains("boot.img", "kernel.img", "klibs/tls"));

        String channel = "/api/v1/kernels/nanos/channels/stable";
        point(pusher.key(), "0.1.54").put(channel).then().statusCode(204);
        given().get("/api/v1/kernels/nanos/releases/stable").then().body("version", equalTo("0.1.54"));
        given().get("/api/v1/kernels/nanos")
                .then()
                .body("channels", hasEntry("stable", "0.1.54"))
                .body("latest", equalTo("0.1.55"))
                .body("releases", equalTo(2));
        given().get("/api/v1/kernels").then().body("families.family", contains("nanos"));
        given().get("/api/v1/packages")
                .then()
                .body("packages.findAll { it.name.startsWith('kernels/') }.size()", equalTo(0));

        point(keys.publisher("somebody"), "0.1.55").put(channel).then().statusCode(403);
        point(pusher.key(), "9.9").put(channel).then().statusCode(409);
        point(pusher.key(), "0.1.55")
                .put("/api/v1/kernels/nanos/channels/7.7")
                .then()
                .statusCode(400)
                .body("detail", startsWith("not a channel: \"7.7\""));
        given().get("/api/v1/kernels/nanos/releases/nightly")
                .then()
                .statusCode(404)
                .body("type", equalTo("https://unipkg.dev/problems/kernel-release-not-found"));
        given().get("/api/v1/kernels/mach").then().statusCode(404);
        pusher.request().delete(channel).then().statusCode(204);
    }

    @Test
    void aReleaseIsOfTheArchitectureThatItsKernelIsFor() throws IOException {
        Pusher pusher = new Pusher(keys.administrator(), "kernels/nanos");
        byte[] manifest = KernelMaker.push(pusher, "0.9", Arch.ARM64);
        byte[] index = KernelArtifact.index(
                        Family.NANOS,
                        new Version("0.9"),
                        Map.of(Arch.RISCV64, Descriptor.of(MediaTypes.IMAGE_MANIFEST, manifest)))
                .toBytes();

        pusher.index("0.9", index)
                .statusCode(400)
                .body("errors[0].detail.refusal", equalTo("says-otherwise"))
                .body("errors[0].message", equalTo("its architecture is \"arm64\", expected \"riscv64\""));
        given().get("/api/v1/kernels/nanos/releases/0.9").then().statusCode(404);
    }

    private static io.restassured.specification.RequestSpecification point(String key, String version) {
        return given().header("Authorization", "Bearer " + key)
                .contentType("application/json")
                .body("{\"version\":\"" + version + "\"}");
    }
}
