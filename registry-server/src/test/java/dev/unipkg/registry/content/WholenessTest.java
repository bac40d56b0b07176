package dev.unipkg.registry.content;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.catalog.HotKey;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Blobs damaged from outside, as clients, publishers and the operator see them.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class WholenessTest {

    enum Damage {
        SHORTER(bytes -> Arrays.copyOf(bytes, bytes.length / 2)),
        LONGER(bytes -> Arrays.copyOf(bytes, bytes.length + 1)),
        EMPTY(bytes -> new byte[0]),
        ABSENT(bytes -> new byte[0]),
        FOLDER(bytes -> new byte[0]);

        private final UnaryOperator<byte[]> change;

        Damage(UnaryOperator<byte[]> change) {
            this.change = change;
        }
    }

    @Inject
    TestKeys keys;

    @Inject
    Settings settings;

    @Inject
    BrokenBlobReports reports;

    @Inject
    HotAnswers hotAnswers;

    private Pusher pusher = new Pusher("", "");
    private Pusher another = new Pusher("", "");

    @BeforeEach
    void logIn() {
        pusher = new Pusher(keys.publisher("whole"), "whole/blobs");
        another = new Pusher(keys.publisher("another"), "another/blobs");
    }

    @ParameterizedTest
    @EnumSource
    void brokenBlobIsNotFoundHoweverItIsAskedForAndPushingItAgainRepairsIt(Damage damage) throws IOException {
        byte[] bytes = ("a blob that is " + damage).getBytes(StandardCharsets.UTF_8);
        Digest digest = pusher.blob(bytes);
        String path = pusher.path("blobs/" + digest);
        // From the second on, answers come from memory.
        get(path).then().statusCode(200);
        get(path).then().statusCode(200);

        double before = broken(damage);
        damage(digest, damage, bytes);

        for (int i = 0; i < 2; i++) {
            requireNotFound(get(path));
            requireNotFound(given().header("Range", "bytes=0-1").get(path));
            requireNotFound(head(path));
            requireNotFound(pusher.request().head(path));
        }
        assertThat(reports.now()).contains(digest);
        get("/health/ready").then().statusCode(200).body(containsString("\"degraded\": true"));
        assertThat(broken(damage)).isEqualTo(before + 1);

        pusher.blob(bytes);

        for (int i = 0; i < 2; i++) {
            assertThat(get(path).then().statusCode(200).extract().asByteArray()).isEqualTo(bytes);
        }
        assertThat(reports.now()).doesNotContain(digest);
    }

    @Test
    void brokenManifestIsNotFound() throws IOException {
        Build build = build(Arch.X86_64, "its index will break");
        Digest digest = publish(pusher, "1.0", build);
        byte[] index = index("1.0", build);
        Path file = file(digest);
        byte[] wrong = index.clone();
        wrong[wrong.length - 2] = ' ';
        for (byte[] broken : new byte[][] {Arrays.copyOf(index, 10), wrong}) {
            Files.write(file, broken);
            requireNotFound(get(pusher.path("manifests/" + digest)));
            pusher.index(digest.toString(), index).statusCode(201);
            get(pusher.path("manifests/" + digest)).then().statusCode(200);
            hotAnswers.forget(new HotKey.ManifestKey(RepositoryName.parse(pusher.repository()), digest));
        }
    }

    @Test
    void publisherIsNotBlamedForALayerThatBrokeInTheStore() throws IOException {
        Build first = build(Arch.X86_64, "shared by two packages");
        publish(pusher, "1.1", first);
        byte[] layer = first.layers().getFirst().blob();
        Digest digest = Digest.of(layer);
        byte[] wrong = layer.clone();
        wrong[wrong.length - 1]++;
        for (byte[] broken : new byte[][] {Arrays.copyOf(layer, layer.length / 2), wrong}) {
            Files.write(file(digest), broken);
            first.pushBlobs(another);
            Files.write(file(digest), broken);

            another.manifest(first.digest().toString(), first.bytes())
                    .statusCode(404)
                    .body("errors[0].code", equalTo("MANIFEST_BLOB_UNKNOWN"))
                    .body("errors[0].message", containsString(digest.toString()));
            requireNotFound(another.request().head(another.path("blobs/" + digest)));

            another.blob(layer);
            first.pushBlobs(another);
            another.manifest(first.digest().toString(), first.bytes()).statusCode(201);
            get(pusher.path("blobs/" + digest)).then().statusCode(200);
        }
    }

    private static void requireNotFound(Response response) {
        response.then().statusCode(404).header("Cache-Control", not(containsString("immutable")));
    }

    private static double broken(Damage damage) {
        String counter = "unipkg_blobs_broken_total{fault=\"" + fault(damage) + "\"} ";
        return get("/metrics")
                .then()
                .extract()
                .asString()
                .lines()
                .filter(line -> line.startsWith(counter))
                .mapToDouble(line -> Double.parseDouble(line.substring(counter.length())))
                .sum();
    }

    private static String fault(Damage damage) {
        return switch (damage) {
            case SHORTER, LONGER, EMPTY -> "length";
            case ABSENT -> "absent";
            case FOLDER -> "no_file";
        };
    }

    private void damage(Digest digest, Damage damage, byte[] bytes) throws IOException {
        Path file = file(digest);
        Files.delete(file);
        switch (damage) {
            case SHORTER, LONGER, EMPTY -> Files.write(file, damage.change.apply(bytes));
            case FOLDER -> Files.createDirectory(file);
            case ABSENT -> {}
        }
    }

    private Path file(Digest digest) {
        return settings.data()
                .resolve("blobs/blobs/sha256")
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }
}
