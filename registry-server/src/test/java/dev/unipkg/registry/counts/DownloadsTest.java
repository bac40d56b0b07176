package dev.unipkg.registry.counts;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.unipkg.api.PullNumber;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// A download counts when the last byte of the config was sent, and nothing else does.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class DownloadsTest {

    private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

    @Inject
    TestKeys keys;

    @Inject
    CountedRows rows;

    @Test
    void configsCountAndTheirNumbersShowEverywhere() {
        Pusher pusher = pusher("everywhere");
        Build build = build(Arch.X86_64, "counted");
        publish(pusher, "1.0", build);
        publish(pusher, "2.0", build(Arch.X86_64, "counted, too"));
        for (int i = 0; i < 3; i++) {
            get(pusher, build.config())
                    .statusCode(200)
                    .header("Cache-Control", "private")
                    .header(PullNumber.DOWNLOAD_HEADER, PullNumber.COUNTS);
        }
        assertThat(rows.builds(pusher.repository())).containsExactly("1.0 x86_64 3");

        String path = "/api/v1/packages/" + pusher.repository();
        given().get(path).then().body("downloads", equalTo(Map.of("total", 3, "last30Days", 3)));
        given().get(path + "/versions/1.0").then().body("downloads", equalTo(Map.of("total", 3, "last30Days", 3)));
        given().get(path + "/versions").then().body("versions.downloads.total", contains(0, 3));
        given().get(path + "/downloads")
                .then()
                .statusCode(200)
                .body("from", equalTo(TODAY.minusDays(29).toString()))
                .body("to", equalTo(TODAY.toString()))
                .body("downloads", equalTo(3))
                .body("periods.size()", equalTo(30))
                .body("periods[29]", equalTo(Map.of("from", "" + TODAY, "to", "" + TODAY, "downloads", 3)));
        given().get(path + "/downloads?version=2.0").then().body("downloads", equalTo(0));
        given().get(path + "/downloads?version=latest&arch=arm64").then().body("downloads", equalTo(0));
        given().get(path + "/downloads?version=1.0&arch=amd64").then().body("downloads", equalTo(3));
    }

    @Test
    void requestsThatDoNotSendTheLastByteCountNothing() {
        Pusher pusher = pusher("nothing");
        Build build = build(Arch.X86_64, "not counted");
        publish(pusher, "1.0", build);
        byte[] config = build.config();
        String path = pusher.path("blobs/" + Digest.of(config));
        given().head(path).then().statusCode(200).header("Cache-Control", "private");
        given().header("If-None-Match", '"' + Digest.of(config).toString() + '"')
                .get(path)
                .then()
                .statusCode(304);
        given().header("Range", "bytes=0-" + (config.length - 2))
                .get(path)
                .then()
                .statusCode(206);
        given().header("Range", "bytes=" + config.length + "-").get(path).then().statusCode(416);
        given().header(PullNumber.DOWNLOAD_HEADER, PullNumber.NO_DOWNLOAD)
                .get(path)
                .then()
                .statusCode(200);
        given().get(pusher.path("manifests/1.0")).then().statusCode(200);
        given().get(pusher.path("manifests/" + build.digest())).then().statusCode(200);
        given().get(pusher.path("tags/list")).then().statusCode(200);
        build.layers()
                .forEach(layer ->
                        get(pusher, layer.blob()).statusCode(200).header(PullNumber.DOWNLOAD_HEADER, (String) null));
        assertThat(rows.of(pusher.repository())).isZero();

        given().header("Range", "bytes=-1").get(path).then().statusCode(206);
        assertThat(rows.of(pusher.repository())).isEqualTo(1);
    }

    @Test
    void pullNumberCountsOnceHoweverOftenItIsSent() throws Exception {
        Pusher pusher = pusher("once");
        Build build = build(Arch.X86_64, "retried");
        publish(pusher, "1.0", build);
        PullNumber number = PullNumber.draw(TODAY);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> retry = () -> numbered(pusher, build.config(), number)
                    .statusCode(200)
                    .extract()
                    .statusCode();
            assertThat(threads.invokeAll(List.of(retry, retry, retry, retry, retry, retry, retry, retry)))
                    .hasSize(8);
        }
        numbered(pusher, build.config(), number).statusCode(200);
        assertThat(rows.of(pusher.repository())).isEqualTo(1);

        // One that was drawn before midnight, or by a wrong clock.
        for (LocalDate day : List.of(TODAY.minusDays(1), TODAY.plusDays(1), LocalDate.parse("1999-12-31"))) {
            PullNumber other = PullNumber.draw(day);
            numbered(pusher, build.config(), other).statusCode(200);
            numbered(pusher, build.config(), other).statusCode(200);
        }
        assertThat(rows.of(pusher.repository())).isEqualTo(4);
    }

    @Test
    void malformedHeadersAreRefused() {
        Pusher pusher = pusher("malformed");
        Build build = build(Arch.X86_64, "malformed");
        publish(pusher, "1.0", build);
        String path = pusher.path("blobs/" + Digest.of(build.config()));
        for (String number : List.of(
                "", "1", "2026-11-31-" + "0".repeat(32), TODAY + "-" + "0".repeat(31), TODAY + "-" + "G".repeat(32))) {
            given().header(PullNumber.HEADER, number)
                    .get(path)
                    .then()
                    .statusCode(400)
                    .body("errors[0].detail.field", equalTo(PullNumber.HEADER))
                    .body("errors[0].detail.rule", startsWith("a day and 32 hex digits"));
        }
        given().header(PullNumber.DOWNLOAD_HEADER, "maybe")
                .get(path)
                .then()
                .statusCode(400)
                .body("errors[0].detail.field", equalTo(PullNumber.DOWNLOAD_HEADER));
        given().header(PullNumber.BUILD_HEADER, "1.0").get(path).then().statusCode(400);
        assertThat(rows.of(pusher.repository())).isZero();
    }

    @Test
    void sharedConfigCountsForTheNamedBuildElseForTheNewestVersion() {
        Pusher pusher = pusher("shared");
        Build build = build(Arch.X86_64, "shared");
        publish(pusher, "1.0", build);
        publish(pusher, "1.1", build);
        get(pusher, build.config()).statusCode(200);
        // Both versions have this one build, so the newer version has it.
        given().header(PullNumber.BUILD_HEADER, build.digest().toString())
                .get(pusher.path("blobs/" + Digest.of(build.config())))
                .then()
                .statusCode(200);
        assertThat(rows.builds(pusher.repository())).containsExactly("1.1 x86_64 2");

        TreeMap<String, String> annotations = new TreeMap<>(Map.of("org.example.again", "yes"));
        Build other = build(Arch.X86_64, build.layers(), annotations);
        assertThat(other.config()).isEqualTo(build.config());
        publish(pusher, "1.2", other);
        get(pusher, build.config()).statusCode(200);
        given().header(PullNumber.BUILD_HEADER, build.digest().toString())
                .get(pusher.path("blobs/" + Digest.of(build.config())))
                .then()
                .statusCode(200);
        assertThat(rows.builds(pusher.repository())).containsExactly("1.1 x86_64 3", "1.2 x86_64 1");
    }

    @Test
    void configThatWasReadBeforeItsPublicationCountsFromThenOn() {
        Pusher pusher = pusher("early");
        Build build = build(Arch.X86_64, "early");
        build.pushBlobs(pusher);
        get(pusher, build.config()).statusCode(200).header("Cache-Control", startsWith("public"));
        publish(pusher, "1.0", build);
        get(pusher, build.config()).statusCode(200).header("Cache-Control", "private");
        assertThat(rows.of(pusher.repository())).isEqualTo(1);
    }

    @Test
    void configIsServedAndNotCountedWhereTheDatabaseDoesNotTakeIt() {
        Pusher pusher = pusher("away");
        Build build = build(Arch.X86_64, "away");
        publish(pusher, "1.0", build);
        double before = uncounted();
        rows.execute("alter table pull_number rename to pull_number_away");
        try {
            assertThat(get(pusher, build.config()).statusCode(200).extract().asByteArray())
                    .isEqualTo(build.config());
        } finally {
            rows.execute("alter table pull_number_away rename to pull_number");
        }
        assertThat(uncounted()).isEqualTo(before + 1);
        assertThat(rows.of(pusher.repository())).isZero();
        get(pusher, build.config()).statusCode(200);
        assertThat(rows.of(pusher.repository())).isEqualTo(1);
    }

    @Test
    void wrongDaysAreRefused() {
        Pusher pusher = pusher("days");
        publish(pusher, "1.0", build(Arch.X86_64, "days"));
        refused(pusher, "from=2026-02-30", "from", "a day as in 2026-01-31");
        refused(pusher, "to=yesterday", "to", "a day as in 2026-01-31");
        refused(pusher, "to=%2B12026-01-01", "to", "a day as in 2026-01-31");
        refused(pusher, "from=2026-02-02&to=2026-02-01", "from", "a day that is not after to");
        refused(pusher, "from=2000-01-01&to=2026-02-01", "from", "a day at most 3659 days before to");
        refused(pusher, "arch=sparc", "arch", "x86_64, arm64 or riscv64");
        String path = "/api/v1/packages/" + pusher.repository() + "/downloads";
        given().get(path + "?version=9").then().statusCode(404);
        given().get("/api/v1/packages/downloads/none/downloads").then().statusCode(404);
        given().get(path + "?from=2026-02-01&to=2026-02-01").then().statusCode(200);
    }

    @Test
    void packagesAreListedByDownloadsInPages() {
        for (String name : List.of("a", "b", "c", "d")) {
            publish(new Pusher(keys.publisher("ranks"), "ranks/" + name), "1.0", build(Arch.X86_64, name));
        }
        rows.add("ranks/b", TODAY, "1.0", 7);
        rows.add("ranks/d", TODAY.minusDays(40), "1.0", 9);
        rows.addUp();
        String list = "/api/v1/packages?namespace=ranks&sort=downloads&limit=2";
        String next = given().get(list)
                .then()
                .body("packages.name", contains("ranks/d", "ranks/b"))
                .body("packages.downloads.total", contains(9, 7))
                .body("packages.downloads.last30Days", contains(0, 7))
                .extract()
                .path("next");
        given().queryParam("after", next).get(list).then().body("packages.name", contains("ranks/a", "ranks/c"));
        given().get("/api/v1/packages?namespace=ranks").then().body("packages.downloads.total", contains(0, 7, 0, 9));
        given().get(list + "&after=ranks/a").then().statusCode(400).body("field", equalTo("after"));
        given().get("/api/v1/packages?sort=luck")
                .then()
                .statusCode(400)
                .body("field", equalTo("sort"))
                .body("rule", equalTo("name or downloads"));
    }

    @Test
    void daysOfMonthsLongPastAreSummedByMonth() {
        Pusher pusher = pusher("past");
        publish(pusher, "1.0", build(Arch.X86_64, "past"));
        LocalDate kept = DownloadSums.firstDay(TODAY);
        LocalDate month = kept.minusMonths(1);
        rows.add(pusher.repository(), month, "1.0", 1);
        rows.add(pusher.repository(), kept.minusDays(1), "1.0", 2);
        rows.add(pusher.repository(), kept, "1.0", 4);
        rows.addUp();
        String series =
                "/api/v1/packages/" + pusher.repository() + "/downloads?from=" + month.plusDays(9) + "&to=" + kept;
        for (int looks = 0; looks < 2; looks++) {
            given().get(series)
                    .then()
                    .body("downloads", equalTo(7))
                    .body("periods.from", contains(month.toString(), kept.toString()))
                    .body("periods.to", contains(kept.minusDays(1).toString(), kept.toString()))
                    .body("periods.downloads", contains(3, 4));
            while (rows.count("download_day where day < date '" + kept + "'") > 0) {
                rows.sumMonths();
            }
        }
        assertThat(rows.count("download_month where downloads = 3")).isEqualTo(1);
        given().get("/api/v1/packages/" + pusher.repository())
                .then()
                .body("downloads.total", equalTo(7))
                .body("downloads.last30Days", equalTo(0));
    }

    @Test
    void numbersOfPastDaysAreForgotten() {
        LocalDate over = TODAY.minusDays(2);
        rows.execute("insert into pull_number values (" + DownloadJournal.slot(over) + ", gen_random_uuid())");
        rows.execute("insert into pull_number values (" + DownloadJournal.slot(TODAY) + ", gen_random_uuid())");
        rows.forgetNumbers();
        assertThat(rows.count("pull_number_" + DownloadJournal.slot(over))).isZero();
        assertThat(rows.count("pull_number_" + DownloadJournal.slot(TODAY))).isPositive();
    }

    private static void refused(Pusher pusher, String query, String field, String rule) {
        given().urlEncodingEnabled(false)
                .get("/api/v1/packages/" + pusher.repository() + "/downloads?" + query)
                .then()
                .statusCode(400)
                .body("field", equalTo(field))
                .body("rule", equalTo(rule));
    }

    private static double uncounted() {
        return given().get("/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("unipkg_downloads_uncounted_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static ValidatableResponse get(Pusher pusher, byte[] blob) {
        return given().get(pusher.path("blobs/" + Digest.of(blob))).then();
    }

    private static ValidatableResponse numbered(Pusher pusher, byte[] blob, PullNumber number) {
        return given().header(PullNumber.HEADER, number.toString())
                .get(pusher.path("blobs/" + Digest.of(blob)))
                .then();
    }

    private Pusher pusher(String name) {
        return new Pusher(keys.publisher("downloads"), "downloads/" + name);
    }
}
