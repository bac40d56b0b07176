package dev.unipkg.registry.unikraft;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The registry tells of Unikraft images as what they are.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class UnikraftCatalogTest {

    private static final String IMAGES = "/api/v1/unikraft-images";

    @Inject
    TestKeys keys;

    @Test
    void imageIsListedWithItsPlatformsAndKernelVersionsAndIsNoPackage() {
        Pusher pusher = pusher("uk-listed/web");
        Digest digest = UnikraftMaker.push(pusher, "latest", "0.17.0", "qemu/x86_64", "qemu/arm64", "fc/x86_64");

        get(IMAGES + "?q=uk-listed")
                .then()
                .statusCode(200)
                .body(
                        "images.name", equalTo(List.of("uk-listed/web")),
                        "images[0].platforms", hasItems("qemu/x86_64", "qemu/arm64", "fc/x86_64"),
                        "images[0].kernelVersions", equalTo(List.of("0.17.0")));
        get(IMAGES + "/uk-listed/web")
                .then()
                .statusCode(200)
                .body(
                        "name", equalTo("uk-listed/web"),
                        "tags.tag", equalTo(List.of("latest")),
                        "tags[0].digest", equalTo(digest.toString()),
                        "tags[0].kernels.platform", equalTo(List.of("qemu", "qemu", "fc")),
                        "tags[0].kernels.arch", equalTo(List.of("x86_64", "arm64", "x86_64")),
                        "tags[0].kernels.kernelVersion", equalTo(List.of("0.17.0", "0.17.0", "0.17.0")));
        get("/api/v1/packages/uk-listed/web").then().statusCode(404);
        get("/api/v1/packages?namespace=uk-listed").then().body("packages", equalTo(List.of()));
        assertThat(get(pusher.path("manifests/latest")).header("Docker-Content-Digest"))
                .isEqualTo(digest.toString());
    }

    @Test
    void listFollowsTheTags() {
        Pusher pusher = pusher("uk-moved/web");
        UnikraftMaker.push(pusher, "latest", "0.16.0", "qemu/x86_64");
        Digest next = UnikraftMaker.push(pusher, "latest", "0.17.0", "qemu/x86_64", "qemu/arm64");
        UnikraftMaker.push(pusher, "old", "0.15.0", "fc/arm64");

        get(IMAGES + "/uk-moved/web")
                .then()
                .body(
                        "tags.tag", equalTo(List.of("latest", "old")),
                        "tags[0].digest", equalTo(next.toString()),
                        "tags[0].kernels.kernelVersion", equalTo(List.of("0.17.0", "0.17.0")));
        pusher.request().delete(pusher.path("manifests/latest")).then().statusCode(202);
        get(IMAGES + "?q=uk-moved").then().body("images[0].platforms", equalTo(List.of("fc/arm64")));
        pusher.request().delete(pusher.path("manifests/old")).then().statusCode(202);
        get(IMAGES + "?q=uk-moved").then().body("images", equalTo(List.of()));
        get(IMAGES + "/uk-moved/web").then().statusCode(404);
    }

    @Test
    void listIsReadInPagesAndSearched() {
        for (String name : List.of("one", "two", "three")) {
            UnikraftMaker.push(pusher("uk-paged/" + name), "latest", "0.17.0", "qemu/x86_64");
        }
        String next = get(IMAGES + "?q=uk-paged&limit=2").path("next");
        assertThat(next).isEqualTo("uk-paged/three");
        get(IMAGES + "?q=uk-paged&limit=2&after=" + next)
                .then()
                .body("images.name", equalTo(List.of("uk-paged/two")), "next", nullValue());
        get(IMAGES + "?q=uk-paged THREE").then().body("images.name", equalTo(List.of("uk-paged/three")));
        get(IMAGES + "?limit=none").then().statusCode(400);
    }

    @Test
    void pagesShowWhatItIs() {
        UnikraftMaker.push(pusher("uk-shown/web"), "1.25", "0.17.0", "qemu/x86_64", "fc/x86_64");

        get("/?q=uk-shown")
                .then()
                .statusCode(200)
                .body(
                        containsString("<h1>Unikraft images</h1>"),
                        containsString("<a href=\"/unikraft-images/uk-shown/web\">uk-shown/web</a>"),
                        containsString("kernel 0.17.0"),
                        not(containsString("Nothing here has all of these words")));
        get("/unikraft-images/uk-shown/web")
                .then()
                .statusCode(200)
                .body(allOf(
                        containsString("A Unikraft image"),
                        containsString("uk-shown/web:1.25</code>"),
                        containsString("<strong>qemu/x86_64</strong>"),
                        containsString("<strong>fc/x86_64</strong>"),
                        containsString("kernel 0.17.0")));
        get("/unikraft-images/uk-shown/nothing").then().statusCode(404).contentType("text/html;charset=UTF-8");
        get("/?q=uk-nothing-like-it").then().body(containsString("Nothing here has all of these words"));
    }

    @Test
    void whatPublishersWriteIsShownAsText() {
        UnikraftMaker.push(pusher("uk-evil/web"), "latest", "<b>0.1</b>", "qemu/<i>x</i>");
        get("/unikraft-images/uk-evil/web").then().body(not(containsString("<b>0.1")), not(containsString("<i>x")));
        get("/?q=uk-evil").then().body(not(containsString("<b>0.1")), not(containsString("<i>x")));
    }

    @Test
    void markedIndexThatDoesNotSayWhatItIsForIsKeptAndNotListed() {
        Pusher pusher = pusher("uk-plain/web");
        byte[] index = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],
                "annotations":{"sh.kraftkit.version":"0.9.3"}}""".getBytes(StandardCharsets.UTF_8);
        pusher.index("latest", index).statusCode(201);
        get(pusher.path("manifests/latest")).then().statusCode(200);
        get(IMAGES + "?q=uk-plain").then().body("images", equalTo(List.of()));
    }

    @Test
    void imageWithASha512IsKeptAndNotListed() {
        Pusher pusher = pusher("uk-sha512/web");
        byte[] index = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
                {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha512:%s","size":77,
                "platform":{"architecture":"x86_64","os":"qemu"}}],
                "annotations":{"sh.kraftkit.version":"0.9.3"}}""".formatted("a".repeat(128)).getBytes(StandardCharsets.UTF_8);
        pusher.index("latest", index).statusCode(201);
        get(pusher.path("manifests/latest")).then().statusCode(200);
        get(IMAGES + "?q=uk-sha512").then().body("images", equalTo(List.of()));
    }

    private Pusher pusher(String repository) {
        return new Pusher(keys.publisher(repository.substring(0, repository.indexOf('/'))), repository);
    }
}
