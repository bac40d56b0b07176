package dev.unipkg.registry.web;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.unipkg.format.oci.Annotations;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class PagesTest {

    private static final String CHROME =
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

    @Inject
    TestKeys keys;

    @Inject
    CopiedPackages copies;

    @ParameterizedTest
    @ValueSource(strings = {CHROME, "text/html", "*/*", "text/*", "text/html;q=0.1, image/png"})
    void browserGetsAPage(String accept) {
        given().header("Accept", accept)
                .get("/")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .header("Vary", "Accept")
                .body(containsString("<!DOCTYPE html>"), containsString("Packages for unikernels"));
    }

    @Test
    void requestWhoseAcceptSaysNothingGetsAPage() {
        given().header("Accept", "").get("/").then().statusCode(200).contentType("text/html;charset=UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "text/plain, */*;q=0.1"})
    void plainTextIsThereForThoseWhoPreferIt(String accept) {
        given().header("Accept", accept)
                .get("/")
                .then()
                .statusCode(200)
                .contentType("text/plain;charset=UTF-8")
                .body(containsString("unipkg "), containsString("/v2/"), containsString("/api/v1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json, text/plain, */*", "application/*, image/png"})
    void clientThatPrefersJsonIsToldWhichRegistryThisIs(String accept) {
        given().header("Accept", accept)
                .get("/")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .header("Vary", "Accept")
                .body(equalTo(get("/api/v1").asString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";;;,,q=9",
                "image/avif,image/webp",
                "application/xhtml+xml",
                "text",
                "/",
                "text/html;q=x",
                "text/html;q=2",
                "text/html;q=0",
                "*",
                ",",
                "*/html",
                "\"",
                "application/pdf;q=\""
            })
    void acceptHeaderOfAnyFormGetsAPage(String accept) {
        for (String path : new String[] {"/", "/packages/library/nothing"}) {
            given().header("Accept", accept).get(path).then().contentType("text/html;charset=UTF-8");
        }
    }

    @Test
    void pageLoadsNothingRunsNothingAndSetsNoCookie() {
        Response page = get("/");
        assertThat(page.header("Content-Security-Policy"))
                .matches("default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]+='; img-src data:;"
                        + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("Set-Cookie")).isNull();
        assertThat(page.asString()).doesNotContain("<script", " style=", " onclick");
    }

    @Test
    void packageIsListedWithItsCommand() {
        publish("listed", "web", "1.2", Map.of(Annotations.DESCRIPTION, "Serves pages"));
        get("/?q=listed/web")
                .then()
                .body(allOf(
                        containsString("<a href=\"/packages/listed/web\">listed/web</a>"),
                        containsString("Serves pages"),
                        containsString("arm64, x86_64"),
                        containsString("pkg run --registry " + address() + " listed/web</code>")));
    }

    @Test
    void packageHasAPageWithAllThatIsKnown() {
        publish(
                "paged",
                "web",
                "1.2",
                Map.of(
                        Annotations.DESCRIPTION, "Serves pages",
                        Annotations.LICENSES, "BSD-2-Clause",
                        Annotations.SOURCE, "https://example.org/source",
                        Annotations.README, SamplePages.README));
        publish("paged", "web", "1.1", Map.of());

        get("/packages/paged/web")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .body(allOf(
                        containsString("<title>paged/web · unipkg</title>"),
                        containsString("Serves pages"),
                        containsString("BSD-2-Clause"),
                        containsString("href=\"https://example.org/source\""),
                        containsString("paged/web -p 8080:80</code>"),
                        containsString("80/tcp"),
                        containsString("<strong>x86_64</strong>"),
                        containsString("<strong>1.1</strong>"),
                        containsString("<h2>A small web server</h2>")));
    }

    @Test
    void htmlOfAPublisherIsShownAsText() {
        String evil = "<script>alert('d')</script> \"><img src=x onerror=alert(1)> {frame.style}";
        publish(
                "escaped",
                "web",
                "1.0",
                Map.of(
                        Annotations.DESCRIPTION, evil,
                        Annotations.LICENSES, "<i>MIT</i>",
                        Annotations.SOURCE, "javascript:alert(1)",
                        Annotations.DOCUMENTATION, "https://example.org/\"onmouseover=\"alert(1)",
                        Annotations.README, SamplePages.README));

        for (String page : new String[] {"/?q=escaped", "/packages/escaped/web"}) {
            get(page)
                    .then()
                    .body(allOf(
                            containsString("&lt;script&gt;alert(&#39;d&#39;)&lt;/script&gt;"),
                            containsString("{frame.style}"),
                            not(containsString("<script")),
                            not(containsString("<img")),
                            not(containsString("<i>MIT")),
                            not(containsString("javascript:")),
                            not(containsString("\"onmouseover"))));
        }
    }

    @Test
    void searchWordsAreShownAsText() {
        given().urlEncodingEnabled(true)
                .queryParam("q", "\"><script>alert(1)</script>")
                .get("/")
                .then()
                .statusCode(200)
                .body(
                        not(containsString("<script")),
                        containsString("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""),
                        containsString("Nothing here has all of these words"));
    }

    @Test
    void oddQuestionsAreAnsweredWithAPage() {
        String words = "a ".repeat(50);
        for (Map<String, String> query : java.util.List.of(
                Map.of("q", words),
                Map.of("q", "x".repeat(1000)),
                Map.of("after", "No/Such/Cursor"),
                Map.of("q", ""))) {
            given().queryParams(query).get("/").then().statusCode(200).contentType("text/html;charset=UTF-8");
        }
    }

    @Test
    void longListsHavePages() {
        Pusher pusher = new Pusher(keys.publisher("long-lists"), "long-lists/p000");
        SamplePages.publish(pusher, "1.0", Map.of());
        copies.copy("long-lists", 119);

        int seen = 0;
        String address = "/?q=long-lists/p";
        for (int pages = 0; !address.isEmpty(); pages++) {
            assertThat(pages).isLessThan(4);
            String page = get(address).then().statusCode(200).extract().asString();
            seen += page.split("<li>", -1).length - 1;
            Matcher next = Pattern.compile("rel=\"next\" href=\"([^\"]*)\"").matcher(page);
            address = next.find() ? next.group(1).replace("&amp;", "&").replace("%2F", "/") : "";
        }
        assertThat(seen).isEqualTo(120);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/packages/library/nothing", "/packages/NO/Such", "/packages/kernels/linux"})
    void packageThatThereIsNotIsAPageToo(String path) {
        get(path)
                .then()
                .statusCode(404)
                .contentType("text/html;charset=UTF-8")
                .body(containsString("There is no package " + path.substring("/packages/".length()) + " here"));
    }

    @Test
    void addressesBesidePagesAreProblems() {
        get("/packages").then().statusCode(404).contentType("application/problem+json");
        given().post("/packages/a/b").then().statusCode(405).header("Allow", equalTo("GET, HEAD"));
        given().post("/").then().statusCode(405);
        given().head("/").then().statusCode(200).header("Content-Type", endsWith("charset=UTF-8"));
    }

    private void publish(String namespace, String name, String version, Map<String, String> about) {
        SamplePages.publish(new Pusher(keys.publisher(namespace), namespace + "/" + name), version, about);
    }

    private static String address() {
        return "http://localhost:" + io.restassured.RestAssured.port;
    }
}
