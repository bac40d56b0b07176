package dev.unipkg.registry.upkeep;

import static io.restassured.RestAssured.get;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.BlobScrub;
import dev.unipkg.registry.content.BrokenBlobReports;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A round of the scrub as clients and the operator see it.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ScrubTest {

    private static final long FAST = 1L << 32;
    private static final String LAST_ROUND = "unipkg_scrub_last_round_timestamp_seconds";

    @Inject
    TestKeys keys;

    @Inject
    Settings settings;

    @Inject
    Sql sql;

    @Inject
    BlobScrub scrub;

    @Inject
    BrokenBlobReports reports;

    private Pusher pusher = new Pusher("", "");

    @BeforeEach
    void logIn() {
        pusher = new Pusher(keys.publisher("scrubbed"), "scrubbed/blobs");
        sql.update("update scrub set after = null, begun = '-infinity', moved = '-infinity', ended = null");
    }

    @Test
    void flippedBitIsNeverServedAfterTheRoundAndPushingTheBlobAgainRepairsIt() throws IOException {
        byte[] bytes = "some bytes that will rot".getBytes(StandardCharsets.UTF_8);
        Digest digest = pusher.blob(bytes);
        String path = pusher.path("blobs/" + digest);
        // From the second on, answers come from memory.
        get(path).then().statusCode(200);
        get(path).then().statusCode(200);
        byte[] wrong = bytes.clone();
        wrong[3] ^= 1;
        Files.write(file(digest), wrong);
        double quarantined = metric("unipkg_scrub_quarantined_total");
        double broken = metric("unipkg_blobs_broken_total{fault=\"content\"}");

        Scrubber scrubber = new Scrubber(scrub, FAST);
        scrubber.scrubIfDue();

        get(path).then().statusCode(404);
        pusher.request().head(path).then().statusCode(404);
        assertThat(readiness()).containsEntry("degraded", true);
        assertThat((Integer) readiness().get("brokenBlobs")).isPositive();
        assertThat(metric("unipkg_scrub_quarantined_total")).isEqualTo(quarantined + 1);
        assertThat(metric("unipkg_blobs_broken_total{fault=\"content\"}")).isEqualTo(broken + 1);
        assertThat(metric("unipkg_blobs_broken_now"))
                .isEqualTo(reports.now().size())
                .isPositive();
        assertThat(metric("unipkg_scrub_bytes_total")).isGreaterThanOrEqualTo(bytes.length);

        int before = reports.now().size();
        pusher.blob(bytes);

        assertThat(get(path).then().statusCode(200).extract().asByteArray()).isEqualTo(bytes);
        assertThat(reports.now()).doesNotContain(digest).hasSize(before - 1);
        assertThat(readiness()).containsEntry("brokenBlobs", before - 1).containsEntry("degraded", before > 1);
    }

    @Test
    void serverThatStopsLeavesTheRoundToAnother() {
        pusher.blob("read by the second".getBytes(StandardCharsets.UTF_8));
        Scrubber first = new Scrubber(scrub, FAST);
        first.stop(new ShutdownEvent());
        first.scrubIfDue();
        scrub.renew();
        assertThat(metric(LAST_ROUND)).isZero();

        sql.update("update scrub set moved = moved - interval '1 hour'");
        new Scrubber(scrub, FAST).scrubIfDue();
        assertThat(metric(LAST_ROUND)).isCloseTo((double) Instant.now().getEpochSecond(), Offset.offset(60.0));
    }

    @Test
    void threadOfTheScrubEndsWithTheServer() throws InterruptedException {
        Scrubber scrubber = new Scrubber(scrub, FAST);
        scrubber.start(new StartupEvent());
        Thread thread = Thread.getAllStackTraces().keySet().stream()
                .filter(running -> running.getName().equals("scrub"))
                .findFirst()
                .orElseThrow();
        assertThat(thread).matches(Thread::isDaemon);

        scrubber.stop(new ShutdownEvent());

        assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    }

    private Path file(Digest digest) {
        return settings.data()
                .resolve("blobs/blobs/sha256")
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }

    private static Map<String, Object> readiness() {
        List<Map<String, Object>> checks =
                get("/health/ready").then().statusCode(200).extract().path("checks");
        return checks.stream()
                .filter(check -> "blob store".equals(check.get("name")))
                .map(ScrubTest::data)
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked") // A JSON object.
    private static Map<String, Object> data(Map<String, Object> check) {
        assertThat(check).containsEntry("status", "UP");
        return (Map<String, Object>) requireNonNull(check.get("data"));
    }

    private static double metric(String name) {
        return get("/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }
}
