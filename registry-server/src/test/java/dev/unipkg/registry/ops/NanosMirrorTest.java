package dev.unipkg.registry.ops;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.kernels.KernelMaker;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Kernel releases at the paths that ops fetches them from.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class NanosMirrorTest {

    @Inject
    TestKeys keys;

    @Inject
    Settings settings;

    @Test
    void releasesAreTarballsAtThePathsOfTheBucket() throws Exception {
        Pusher pusher = new Pusher(keys.administrator(), "kernels/nanos");
        KernelMaker.publish(pusher, "0.1.54");
        KernelMaker.publish(pusher, "0.1.55");
        channel(pusher, "stable", "0.1.54");
        channel(pusher, "nightly", "0.1.55");

        given().get("/nanos/release/latest.txt").then().statusCode(200).body(equalTo("0.1.54\n"));
        String release = "/nanos/release/0.1.54/nanos-release-linux-0.1.54";
        byte[] tarball = given().get(release + ".tar.gz").asByteArray();
        assertThat(ExtractedTarball.of(tarball).files())
                .containsOnlyKeys("boot.img", "kernel.img", "klibs", "klibs/tls")
                .hasEntrySatisfying("klibs/tls", text -> assertThat(text).endsWith("tls of 0.1.54"));
        given().get(release + ".md5").then().body(equalTo(md5(tarball) + "\n"));
        byte[] virt = given().get(release + "-virt.tar.gz").asByteArray();
        assertThat(ExtractedTarball.of(virt).files()).containsOnlyKeys("kernel.img", "klibs", "klibs/tls");
        given().get(release + "-virt.md5").then().body(equalTo(md5(virt) + "\n"));
        assertThat(given().get(release + ".tar.gz").asByteArray()).isEqualTo(tarball);

        String nightly = "/nanos/release/nightly/nanos-nightly-linux";
        given().get(nightly + ".timestamp").then().statusCode(200).body(matchesPattern("\\d{8}"));
        assertThat(ExtractedTarball.of(given().get(nightly + ".tar.gz").asByteArray())
                        .files())
                .hasEntrySatisfying("klibs/tls", text -> assertThat(text).endsWith("tls of 0.1.55"));
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        KernelMaker.publish(new Pusher(keys.administrator(), "kernels/nanos"), "0.1.50");
        for (String absent : new String[] {
            "0.0.1/nanos-release-linux-0.0.1.tar.gz",
            "0.1.50/nanos-release-linux-0.1.51.tar.gz",
            "0.1.50/nanos-nightly-linux.tar.gz",
            "0.1.50/nanos-release-darwin-0.1.50.tar.gz",
            "0.1.50/kernel.img"
        }) {
            given().get("/nanos/release/" + absent).then().statusCode(404);
        }
    }

    @Test
    void bundleOfCommonFilesIsTheOperatorsFile() throws Exception {
        String bundle = "/nanos/common/common.tar.gz";
        given().get(bundle)
                .then()
                .statusCode(404)
                .body("detail", containsString("no file nanos-common.tar.gz is in the data folder"));
        given().head(bundle).then().statusCode(404);
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.createDirectories(settings.data()).resolve("nanos-common.tar.gz");
        Files.write(file, bytes);
        try {
            assertThat(given().get(bundle).asByteArray()).isEqualTo(bytes);
            given().head(bundle).then().statusCode(200).header("Content-Length", "300000");
        } finally {
            Files.delete(file);
        }
    }

    private static void channel(Pusher pusher, String channel, String version) {
        pusher.request()
                .contentType("application/json")
                .body("{\"version\":\"" + version + "\"}")
                .put("/api/v1/kernels/nanos/channels/" + channel)
                .then()
                .statusCode(204);
    }

    private static String md5(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    }
}
