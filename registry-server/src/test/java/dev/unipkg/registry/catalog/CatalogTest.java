package dev.unipkg.registry.catalog;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.unipkg.format.Arch;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class CatalogTest {

    @Inject
    TestKeys keys;

    @Inject
    EntityManager database;

    @Test
    void packagesAreListedByNameInPages() {
        for (String name : List.of("c", "a", "b")) {
            publish(pusher("pages", name), "1.0", build(Arch.X86_64, name));
        }
        given().get("/api/v1/packages?namespace=pages")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .header("Cache-Control", "no-cache")
                .body("packages.name", contains("pages/a", "pages/b", "pages/c"))
                .body("packages[0].latest", equalTo("1.0"))
                .body("packages[0].archs", contains("x86_64"))
                .body("next", nullValue());
        var first = given().get("/api/v1/packages?namespace=pages&limit=2")
                .then()
                .body("packages", hasSize(2))
                .body("next", equalTo("pages/b"))
                .extract();
        String next = first.header("Link").replaceAll("<(.*)>; rel=\"next\"", "$1");
        given().urlEncodingEnabled(false)
                .get(next)
                .then()
                .statusCode(200)
                .body("packages.name", contains("pages/c"))
                .header("Link", (String) null);
    }

    @Test
    void packagesAreFoundByEveryWordOfTheirNameAndDescription() {
        Build build = build(Arch.X86_64, "searched");
        Pusher pusher = pusher("seek", "webserver");
        build.push(pusher).statusCode(201);
        pusher.index("1.0", index("1.0", "Serves pages VERY fast", build)).statusCode(201);
        for (String words : List.of("webserver", "pages fast", "very", "seek web pages")) {
            given().queryParam("q", words)
                    .get("/api/v1/packages")
                    .then()
                    .body("packages.name", contains("seek/webserver"));
        }
        for (String words : List.of("pages slow", "%", "web_erver")) {
            given().queryParam("q", words).get("/api/v1/packages").then().body("packages", hasSize(0));
        }
        given().get("/api/v1/packages?namespace=seek&arch=amd64").then().body("packages", hasSize(1));
        given().get("/api/v1/packages?namespace=seek&arch=arm64").then().body("packages", hasSize(0));
    }

    @Test
    void aSearchHasAtMostTenWords() {
        given().queryParam("q", "a ".repeat(10)).get("/api/v1/packages").then().statusCode(200);
        given().queryParam("q", "a ".repeat(11))
                .get("/api/v1/packages")
                .then()
                .statusCode(400)
                .body("field", equalTo("q"))
                .body("rule", equalTo("at most 10 words"));
    }

    @Test
    void noStatementKeepsTheDatabaseBusyForLong() {
        assertThat(database.createNativeQuery("show statement_timeout", String.class)
                        .getSingleResult())
                .isEqualTo("30s");
    }

    @Test
    void aPackageTellsOfTheFirstTwoHundredTags() {
        publish(pusher("many", "tags"), "1.0", build(Arch.X86_64, "many"));
        QuarkusTransaction.requiringNew()
                .run(() -> database.createNativeQuery("""
                                insert into tag (repository_id, name, digest, updated_at)
                                select r.id, 't' || (1000 + n), v.digest, now()
                                from repository r join version v on v.repository_id = r.id, generate_series(1, 201) n
                                where r.namespace = 'many'
                                """).executeUpdate());
        Map<String, String> tags = given().get("/api/v1/packages/many/tags").path("tags");
        assertThat(tags).hasSize(200).containsEntry("t1001", "1.0").doesNotContainKey("t1201");
    }

    @Test
    void parametersThatBreakTheirRuleAreRefusedByName() {
        for (String query : List.of("limit=0", "limit=201", "limit=x", "arch=z80", "after=No/Good")) {
            given().get("/api/v1/packages?" + query)
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("field", equalTo(query.substring(0, query.indexOf('='))));
        }
    }

    @Test
    void versionsComeHighestFirstAndLatestIsNoPrerelease() {
        Pusher pusher = pusher("versions", "ordered");
        for (String version : List.of("1.9", "1.10", "1.10-r1", "2.0-rc1", "1.0")) {
            publish(pusher, version, build(Arch.X86_64, version));
        }
        String versions = "/api/v1/packages/versions/ordered/versions";
        given().get(versions).then().body("versions.version", contains("2.0-rc1", "1.10-r1", "1.10", "1.9", "1.0"));
        given().get(versions + "?limit=2&after=1.10-r1")
                .then()
                .body("versions.version", contains("1.10", "1.9"))
                .body("next", equalTo("1.9"));
        given().get("/api/v1/packages/versions/ordered")
                .then()
                .body("latest", equalTo("1.10-r1"))
                .body("versions", equalTo(5))
                .body("description", equalTo("a small program"))
                .body("licenses", equalTo("Apache-2.0"));
        given().get(versions + "/latest")
                .then()
                .body("version", equalTo("1.10-r1"))
                .header("Cache-Control", "no-cache");
        given().get(versions + "/1.9").then().header("Cache-Control", "public, max-age=60");
        given().get(versions + "/3.0")
                .then()
                .statusCode(404)
                .body("type", equalTo("https://unipkg.dev/problems/version-not-found"));
        given().get("/api/v1/packages/versions/nothing").then().statusCode(404);
    }

    @Test
    void tagsAreMovedAndRemovedByWhoMayPublish() {
        Pusher pusher = pusher("tagged", "tool");
        publish(pusher, "1.0", build(Arch.X86_64, "one"));
        publish(pusher, "2.0", build(Arch.X86_64, "two"));
        String tag = "/api/v1/packages/tagged/tool/tags/lts";
        given().contentType("application/json")
                .body("{\"version\":\"1.0\"}")
                .put(tag)
                .then()
                .statusCode(401);
        point(pusher, "1.0").put(tag).then().statusCode(204);
        given().get("/v2/tagged/tool/manifests/lts").then().statusCode(200);
        given().get("/api/v1/packages/tagged/tool").then().body("tags", hasEntry("lts", "1.0"));
        given().get("/api/v1/packages/tagged/tool/versions/lts").then().body("version", equalTo("1.0"));

        String before = given().get("/v2/tagged/tool/manifests/lts").header("Docker-Content-Digest");
        point(pusher, "2.0").put(tag).then().statusCode(204);
        assertThat(given().get("/v2/tagged/tool/manifests/lts").header("Docker-Content-Digest"))
                .isNotEqualTo(before);

        point(pusher, "3.0")
                .put(tag)
                .then()
                .statusCode(409)
                .body("type", equalTo("https://unipkg.dev/problems/version-not-published"));
        point(pusher, "1.0")
                .put("/api/v1/packages/tagged/tool/tags/2.0")
                .then()
                .statusCode(409)
                .body("type", equalTo("https://unipkg.dev/problems/tag-is-version"));
        for (String version : List.of("2.1", "v3", "1")) {
            point(pusher, "1.0")
                    .put("/api/v1/packages/tagged/tool/tags/" + version)
                    .then()
                    .statusCode(400)
                    .body("type", equalTo("https://unipkg.dev/problems/invalid-name"))
                    .body("rule", containsString("does not begin as versions do"));
            given().get("/v2/tagged/tool/manifests/" + version).then().statusCode(404);
        }
        point(pusher, "1.0")
                .put("/api/v1/packages/tagged/tool/tags/latest")
                .then()
                .statusCode(204);
        given().get("/api/v1/packages/tagged/tool").then().body("latest", equalTo("1.0"));
        given().get("/api/v1/packages?namespace=tagged").then().body("packages[0].latest", equalTo("1.0"));

        pusher.request().delete(tag).then().statusCode(204);
        given().get("/v2/tagged/tool/manifests/lts").then().statusCode(404);
        pusher.request().delete(tag).then().statusCode(404);
        pusher.request()
                .delete("/api/v1/packages/tagged/tool/tags/1.0")
                .then()
                .statusCode(405)
                .body("type", equalTo("https://unipkg.dev/problems/version-stays"));
    }

    @Test
    void contentsOfABuildAreItsLayersOverEachOtherInPages() {
        Pusher pusher = pusher("contents", "tool");
        publish(pusher, "1.0", build(Arch.X86_64, "intel"), build(Arch.ARM64, "arm"));
        String contents = "/api/v1/packages/contents/tool/versions/1.0/contents";
        given().get(contents).then().statusCode(400).body("field", equalTo("arch"));
        given().get(contents + "?arch=riscv64").then().statusCode(404);
        List<String> paths = new ArrayList<>();
        String path = contents + "?arch=arm64&limit=4";
        while (path != null) {
            var page = given().urlEncodingEnabled(false)
                    .get(path)
                    .then()
                    .statusCode(200)
                    .extract();
            paths.addAll(page.path("files.path"));
            path = page.header("Link") == null ? null : page.header("Link").replaceAll("<(.*)>.*", "$1");
        }
        assertThat(paths).containsExactly("bin", "bin/alias", "bin/app", "etc", "etc/app.conf", "etc/motd");
        given().get(contents + "?arch=arm64")
                .then()
                .body("files.find { it.path == 'bin/app' }.executable", equalTo(true))
                .body("files.find { it.path == 'bin/app' }.size", equalTo(128))
                .body("files.find { it.path == 'bin/alias' }.type", equalTo("symlink"))
                .body("files.find { it.path == 'bin/alias' }.target", equalTo("app"))
                .body("files.find { it.path == 'etc' }.type", equalTo("directory"));
    }

    @Test
    void aClientThatHasAnAnswerIsToldSo() {
        publish(pusher("etag", "tool"), "1.0", build(Arch.X86_64, "etag"));
        for (String path : List.of(
                "/api/v1/packages?namespace=etag",
                "/api/v1/packages/etag/tool",
                "/api/v1/packages/etag/tool/versions",
                "/api/v1/packages/etag/tool/versions/1.0",
                "/api/v1/packages/etag/tool/versions/1.0/contents",
                "/api/v1/kernels")) {
            String entityTag =
                    given().get(path).then().statusCode(200).extract().header("ETag");
            given().header("If-None-Match", entityTag).get(path).then().statusCode(304);
            given().header("If-None-Match", "\"other\"").get(path).then().statusCode(200);
        }
    }

    @Test
    void aVersionIsAnsweredFromMemoryAsItIsFromTheDatabase() {
        publish(pusher("memory", "tool"), "1.0", build(Arch.X86_64, "memory"));
        String path = "/api/v1/packages/memory/tool/versions/1.0";
        ExtractableResponse<Response> first =
                given().get(path).then().statusCode(200).extract();
        ExtractableResponse<Response> again =
                given().get(path).then().statusCode(200).extract();

        assertThat(again.asString()).isEqualTo(first.asString());
        assertThat(again.headers().asList())
                .containsExactlyInAnyOrderElementsOf(first.headers().asList());
        ExtractableResponse<Response> head =
                given().head(path).then().statusCode(200).extract();
        assertThat(head.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(head.header("Content-Length")).isEqualTo(first.header("Content-Length"));
        given().header("Authorization", "Bearer upk_no_key").get(path).then().statusCode(401);
    }

    private static RequestSpecification point(Pusher pusher, String version) {
        return pusher.request().contentType("application/json").body("{\"version\":\"" + version + "\"}");
    }

    private Pusher pusher(String namespace, String name) {
        return new Pusher(keys.publisher(namespace), namespace + "/" + name);
    }
}
