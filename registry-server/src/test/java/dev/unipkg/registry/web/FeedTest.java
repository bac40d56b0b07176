package dev.unipkg.registry.web;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.index;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.catalog.NewVersions.NewVersion;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class FeedTest {

    @Inject
    TestKeys keys;

    @Test
    void newestVersionsComeFirst() {
        Pusher web = pusher("web");
        publish(web, "1.0", build(Arch.X86_64, "1.0"));
        publish(web, "1.1", build(Arch.X86_64, "1.1"));
        publish(pusher("tool"), "2.0", build(Arch.X86_64, "2.0"));
        given().get("/feed/feeds/web")
                .then()
                .statusCode(200)
                .contentType("application/atom+xml")
                .body("feed.title", equalTo("New versions of feeds/web"))
                .body("feed.entry.size()", equalTo(2))
                .body("feed.entry[0].title", equalTo("feeds/web 1.1"))
                .body("feed.entry[1].title", equalTo("feeds/web 1.0"))
                .body("feed.entry[0].link.@href", containsString("/packages/feeds/web"));
        given().get("/feed/feeds")
                .then()
                .body("feed.entry.size()", equalTo(3))
                .body("feed.entry[0].title", equalTo("feeds/tool 2.0"));
        given().get("/feed").then().statusCode(200).body("feed.entry.title", hasItems("feeds/tool 2.0"));
    }

    @Test
    void textOfAPublisherIsEscaped() {
        Build build = build(Arch.X86_64, "escaped");
        Pusher pusher = pusher("escaped");
        build.push(pusher).statusCode(201);
        pusher.index("1.0", index("1.0", "a <b> & ]]>", build)).statusCode(201);
        given().get("/feed/feeds/escaped").then().body("feed.entry.summary", equalTo("a <b> & ]]>"));
    }

    @Test
    void charactersThatXmlLacksAreReplaced() {
        NewVersion version = new NewVersion(
                PackageName.parse("feeds/odd"),
                new Version("1.0"),
                Digest.of(new byte[0]),
                Instant.EPOCH,
                Optional.of("a\u0001b\uFFFFc"));
        String feed = new String(
                new AtomFeed("odd", "http://localhost", "/feed", "/", List.of(version)).toBytes(),
                StandardCharsets.UTF_8);
        assertThat(feed).contains("<summary>a\uFFFDb\uFFFDc</summary>");
    }

    @Test
    void feedThatTheClientHasIsNotSentAgain() {
        publish(pusher("kept"), "1.0", build(Arch.X86_64, "kept"));
        String tag = given().get("/feed/feeds/kept").header("ETag");
        given().header("If-None-Match", tag).get("/feed/feeds/kept").then().statusCode(304);
    }

    @Test
    void feedOfNothingIsNotFound() {
        given().get("/feed/nobody").then().statusCode(404);
        given().get("/feed/feeds/nothing").then().statusCode(404);
        given().get("/feed/Not..A..Name/x").then().statusCode(404);
    }

    private Pusher pusher(String name) {
        return new Pusher(keys.publisher("feeds"), "feeds/" + name);
    }
}
