package dev.unipkg.registry.counts;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.unipkg.api.PullNumber;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A registry that does not count keeps nothing of downloads and shows none.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(NotCountedTest.CountsNothing.class)
class NotCountedTest {

    public static final class CountsNothing implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("unipkg.count-downloads", "false");
        }
    }

    @Inject
    TestKeys keys;

    @Inject
    CountedRows rows;

    @Test
    void nothingIsKeptAndNothingIsShown() {
        Pusher pusher = new Pusher(keys.publisher("uncounted"), "uncounted/web");
        Build build = PackageMaker.build(Arch.X86_64, "not counted");
        PackageMaker.publish(pusher, "1.0", build);
        String number = PullNumber.draw(LocalDate.now(ZoneOffset.UTC)).toString();
        for (int i = 0; i < 2; i++) {
            given().header(PullNumber.HEADER, number)
                    .get(pusher.path("blobs/" + Digest.of(build.config())))
                    .then()
                    .statusCode(200)
                    .header(PullNumber.DOWNLOAD_HEADER, (String) null)
                    .header("Cache-Control", startsWith("public"));
        }
        for (String table :
                List.of("download_journal", "download_day", "download_month", "download_total", "pull_number")) {
            assertThat(rows.count(table)).as(table).isZero();
        }
        String path = "/api/v1/packages/uncounted/web";
        given().get(path).then().body("downloads", nullValue());
        given().get(path + "/versions/1.0").then().body("downloads", nullValue());
        given().get(path + "/versions").then().body("versions[0].downloads", nullValue());
        given().get(path + "/downloads")
                .then()
                .statusCode(404)
                .body("type", endsWith("not-counted"))
                .body("detail", equalTo("this registry does not count downloads"));
        given().get("/api/v1/packages?sort=downloads")
                .then()
                .statusCode(400)
                .body("rule", equalTo("name, since this registry does not count downloads"));
    }
}
