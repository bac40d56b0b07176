package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The list of repositories at `/v2/_catalog`.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class RepositoryListTest {

    private static final byte[] INDEX = "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8);

    @Inject
    TestKeys keys;

    @Test
    void repositoriesAreListedInAsciiOrderAndInPages() {
        // A dash and a dot are before a slash in ASCII, so the order is not that of the namespaces.
        tag("zlist-a/x");
        tag("zlist/b");
        tag("zlist/a");
        tag("zlist.b/x");
        List<String> all = List.of("zlist-a/x", "zlist.b/x", "zlist/a", "zlist/b");
        given().get("/v2/_catalog?last=zlist")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .header("Link", (String) null)
                .body("repositories", equalTo(all));
        List<String> paged = new ArrayList<>();
        String path = "/v2/_catalog?n=3&last=zlist";
        int pages = 0;
        while (path != null) {
            var page = given().urlEncodingEnabled(false)
                    .get(path)
                    .then()
                    .statusCode(200)
                    .extract();
            paged.addAll(page.path("repositories"));
            path = page.header("Link") == null ? null : page.header("Link").replaceAll("<(.*)>; rel=\"next\"", "$1");
            pages++;
        }
        assertThat(paged).isEqualTo(all);
        assertThat(pages).isEqualTo(2);
        given().get("/v2/_catalog?n=0").then().body("repositories", hasSize(0)).header("Link", (String) null);
    }

    @Test
    void repositoryIsListedFromItsFirstTagOnUntilItsLast() {
        Pusher pusher = new Pusher(keys.publisher("zempty"), "zempty/repository");
        pusher.blob(INDEX);
        requireListed("zempty");
        pusher.index(Digest.of(INDEX).toString(), INDEX).statusCode(201);
        requireListed("zempty");
        pusher.index("one", INDEX).statusCode(201);
        requireListed("zempty", "zempty/repository");
        pusher.request().delete(pusher.path("manifests/one")).then().statusCode(202);
        requireListed("zempty");
    }

    @Test
    void packageIsListedWithItsFirstVersion() {
        Pusher pusher = new Pusher(keys.publisher("zpackage"), "zpackage/tool");
        PackageMaker.Build build = PackageMaker.build(Arch.X86_64, "listed");
        build.push(pusher).statusCode(201);
        requireListed("zpackage");
        PackageMaker.publish(pusher, "1.0", build);
        requireListed("zpackage", "zpackage/tool");
    }

    @Test
    void parametersOutOfTheirRangeAreRefused() {
        for (String n : List.of("-1", "x", "9".repeat(19))) {
            given().get("/v2/_catalog?n=" + n).then().statusCode(400).body("errors[0].detail.field", equalTo("n"));
        }
        given().get("/v2/_catalog?n=" + "9".repeat(18)).then().statusCode(200);
        given().get("/v2/_catalog?last=" + "z".repeat(255)).then().statusCode(200);
        given().get("/v2/_catalog?last=" + "z".repeat(256))
                .then()
                .statusCode(400)
                .body("errors[0].detail.field", equalTo("last"));
        given().delete("/v2/_catalog").then().statusCode(405).header("Allow", "GET, HEAD");
    }

    private void tag(String repository) {
        Pusher pusher = new Pusher(keys.publisher(repository.split("/", 2)[0]), repository);
        pusher.put("stable", MediaTypes.IMAGE_INDEX, INDEX).statusCode(201);
    }

    private static void requireListed(String namespace, String... repositories) {
        List<String> all = given().get("/v2/_catalog?last=" + namespace).path("repositories");
        assertThat(all.stream().filter(name -> name.startsWith(namespace + "/")))
                .containsExactly(repositories);
    }
}
