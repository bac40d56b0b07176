package dev.unipkg.registry.accounts;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class AccountsTest {

    @Inject
    TestKeys keys;

    private String administrator = "";

    @BeforeEach
    void makeAnAdministrator() {
        administrator = keys.administrator();
    }

    @Test
    void aKeyForNoNamespaceIsAskedForByLeavingItOut() {
        bearer(administrator)
                .contentType("application/json")
                .body("{\"namespace\": null}")
                .post("/api/v1/keys")
                .then()
                .statusCode(400)
                .body("field", equalTo("namespace"));
    }

    @Test
    void anybodyMayAskWhoTheyAre() {
        given().get("/api/v1/whoami").then().statusCode(200).body("anonymous", equalTo(true));
    }

    @Test
    void aKeyIsTakenAsBearerAndAsThePasswordOfBasic() {
        bearer(administrator).get("/api/v1/whoami").then().body("administrator", equalTo(true));
        given().auth()
                .preemptive()
                .basic("anything", administrator)
                .get("/api/v1/whoami")
                .then()
                .body("administrator", equalTo(true));
    }

    @Test
    void aGoodKeyIsTakenWhereNoneIsNeeded() {
        bearer(administrator).get("/api/v1").then().statusCode(200).body("name", equalTo("unipkg"));
    }

    @Test
    void aWrongKeyIsRefusedEvenWhereNoneIsNeeded() {
        for (String wrong : new String[] {KeyText.fresh().text(), "upk_short", "nonsense", "upt_AAAA"}) {
            bearer(wrong)
                    .get("/api/v1/whoami")
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json")
                    .header("WWW-Authenticate", containsString("error=\"invalid_token\""))
                    .body("type", equalTo("https://unipkg.dev/problems/bad-credentials"));
        }
        given().header("Authorization", "Basic %%%").get("/v2/").then().statusCode(401);
    }

    @Test
    void aNamespacesKeyPublishesThereAndNowhereElse() {
        String key = keyFor(namespace("mine"));
        bearer(key).get("/api/v1/whoami").then().body("namespaces", equalTo(List.of("mine")));
        bearer(key)
                .contentType("application/json")
                .body("{\"namespace\":\"library\"}")
                .post("/api/v1/keys")
                .then()
                .statusCode(403)
                .body("type", equalTo("https://unipkg.dev/problems/not-your-namespace"));
        bearer(key)
                .contentType("application/json")
                .body("{\"name\":\"another\"}")
                .post("/api/v1/namespaces")
                .then()
                .statusCode(403)
                .body("type", equalTo("https://unipkg.dev/problems/not-administrator"));
    }

    @Test
    void pushToAnotherNamespaceIsToldWhereTheKeyPublishesAndHowToGetAnother() {
        String key = keyFor(namespace("pushes-here"));
        bearer(key)
                .post("/v2/pushes-nowhere/tool/blobs/uploads/")
                .then()
                .statusCode(403)
                .body(
                        "errors[0].message",
                        equalTo("there is no namespace pushes-nowhere here; your API key publishes to pushes-here."
                                + " Name the package pushes-here/…, or ask an administrator for a key:"
                                + " pkg namespace create pushes-nowhere, then pkg key create pushes-nowhere"));
        bearer(key)
                .post("/v2/library/tool/blobs/uploads/")
                .then()
                .statusCode(403)
                .body(
                        "errors[0].message",
                        equalTo("your API key publishes to the namespace pushes-here, not to library."
                                + " Name the package pushes-here/…, or ask an administrator for a key:"
                                + " pkg key create library"));
        bearer(administrator)
                .post("/v2/pushes-nowhere/tool/blobs/uploads/")
                .then()
                .statusCode(404)
                .body(
                        "errors[0].message",
                        equalTo("there is no namespace pushes-nowhere here;"
                                + " an administrator makes it with: pkg namespace create pushes-nowhere"));
    }

    @Test
    void namespacesAreListedInPagesThatCanBeKept() {
        namespace("paged-a");
        namespace("paged-b");
        Response page = given().get("/api/v1/namespaces?limit=1&after=paged-");
        page.then()
                .body("namespaces.name", contains("paged-a"))
                .header("Cache-Control", "no-cache")
                .header("Link", "</api/v1/namespaces?limit=1&after=paged-a>; rel=\"next\"");
        given().header("If-None-Match", page.header("ETag"))
                .get("/api/v1/namespaces?limit=1&after=paged-")
                .then()
                .statusCode(304);
    }

    @Test
    void namesThatCouldBeMistakenForEachOtherCannotBothBeNamespaces() {
        namespace("tools1");
        namespace("tools1");
        create("tool-box").statusCode(201);
        create("toolsl").statusCode(409).body("type", equalTo("https://unipkg.dev/problems/confusable-name"));
        create("t-ools1").statusCode(409).body("detail", containsString("tools1"));
    }

    @Test
    void namesOutsideTheGrammarOrOfTheServerItselfAreRefused() {
        for (String name : new String[] {"", "Acme", "a_b", "-a", "a--b", "a/b", "ä", "x".repeat(65)}) {
            create(name).statusCode(400).body("field", equalTo("name"));
        }
        for (String name : new String[] {"v2", "v-2", "api", "ap1", "kerne1s", "1ibrary", "packages"}) {
            create(name).statusCode(409);
        }
    }

    @Test
    void bodiesAreReadStrictly() {
        for (String body :
                new String[] {"", "{", "[]", "{\"name\":\"a\",\"name\":\"b\"}", "{\"name\":\"a\"} x", "{\"name\":1}"}) {
            bearer(administrator)
                    .contentType("application/json")
                    .body(body)
                    .post("/api/v1/namespaces")
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json");
        }
        bearer(administrator)
                .contentType("application/json")
                .body("{\"name\":\"" + "x".repeat(70_000) + "\"}")
                .post("/api/v1/namespaces")
                .then()
                .statusCode(413);
    }

    @Test
    void aRevokedKeyIsGoodForNothingNorAreItsTokens() {
        String key = keyFor(namespace("leaver"));
        String token =
                given().auth().preemptive().basic("u", key).get("/v2/token").path("token");
        bearer(token).get("/api/v1/whoami").then().body("namespaces", hasItems("leaver"));
        String id = bearer(key).get("/api/v1/keys").path("keys[0].id");
        bearer(key).delete("/api/v1/keys/" + id).then().statusCode(204);
        bearer(key).get("/api/v1/whoami").then().statusCode(401);
        bearer(token).get("/api/v1/whoami").then().statusCode(401);
    }

    @Test
    void aKeyOfAnotherNamespaceCannotBeSeenOrRevoked() {
        String mine = keyFor(namespace("one"));
        String theirs = keyFor(namespace("two"));
        String id = bearer(theirs).get("/api/v1/keys").path("keys[0].id");
        bearer(mine).delete("/api/v1/keys/" + id).then().statusCode(404);
        bearer(mine).get("/api/v1/keys").then().body("keys.namespace", not(hasItems("two")));
        bearer(theirs).get("/api/v1/whoami").then().statusCode(200);
    }

    @Test
    void aKeyStopsAtItsExpiryAndCannotBeMadeWithAPastOne() {
        namespace("brief");
        createKey("brief", ",\"expires\":\"2020-01-01T00:00:00Z\"")
                .then()
                .statusCode(400)
                .body("field", equalTo("expires"));
        createKey("brief", ",\"expires\":\"+999999999-01-01T00:00:00Z\"")
                .then()
                .statusCode(400)
                .body("field", equalTo("expires"));
        String key = createKey("brief", ",\"expires\":\"2999-01-01T00:00:00Z\"")
                .then()
                .statusCode(201)
                .body("expires", equalTo("2999-01-01T00:00:00Z"))
                .extract()
                .path("key");
        keys.expire(key, Instant.now().minusSeconds(1));
        bearer(key).get("/api/v1/whoami").then().statusCode(401);
    }

    @Test
    void aKeyMadeByOneThatExpiresDoesNotOutliveIt() {
        Instant end = Instant.parse("2998-01-01T00:00:00Z");
        keys.expire(administrator, end);
        namespace("heirs");
        createKey("heirs", "").then().statusCode(201).body("expires", equalTo(end.toString()));
        createKey("heirs", ",\"expires\":\"2999-01-01T00:00:00Z\"")
                .then()
                .statusCode(400)
                .body("field", equalTo("expires"));
    }

    @Test
    void keysAreListedInPagesAndNeverShownAgain() {
        namespace("pages");
        for (int i = 0; i < 3; i++) {
            keyFor("pages");
        }
        Response first = bearer(keyFor("pages")).get("/api/v1/keys?limit=2");
        first.then().body("keys.size()", equalTo(2)).body("keys.key", equalTo(Arrays.asList(null, null)));
        String next = first.path("next");
        assertThat(first.header("Link")).isEqualTo("</api/v1/keys?limit=2&after=" + next + ">; rel=\"next\"");
        bearer(administrator)
                .get("/api/v1/keys?limit=201")
                .then()
                .statusCode(400)
                .body("field", equalTo("limit"));
        bearer(keyFor("pages"))
                .get("/api/v1/keys?limit=200&after=" + next)
                .then()
                .body("keys.size()", equalTo(3))
                .body("next", equalTo(null));
    }

    @Test
    void theKernelsNamespaceHasNoKeys() {
        createKey("kernels", "")
                .then()
                .statusCode(409)
                .body("type", equalTo("https://unipkg.dev/problems/reserved-name"));
    }

    @Test
    void aContainerClientIsChallengedThenTradesItsKeyForAToken() {
        given().get("/v2/")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", containsString("/v2/token\",service=\"unipkg\""))
                .body("errors[0].code", equalTo("UNAUTHORIZED"));
        String anybody = given().get("/v2/token?service=unipkg&scope=repository:a/b:pull")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .extract()
                .path("token");
        bearer(anybody).get("/v2/").then().statusCode(200);
        bearer(anybody).get("/api/v1/whoami").then().body("anonymous", equalTo(true));
        bearer(anybody).get("/api/v1/keys").then().statusCode(401);
        bearer(administrator).get("/v2").then().statusCode(200);
    }

    /// containerd and BuildKit ask by POST first, and by GET where that is answered 404 or 405.
    @Test
    void tokenIsGivenByGetForAllScopesThatAreAskedFor() {
        String key = keyFor(namespace("mounting"));
        given().formParam("grant_type", "password")
                .formParam("username", "any")
                .formParam("password", key)
                .post("/v2/token")
                .then()
                .statusCode(405);
        String token = given().auth()
                .preemptive()
                .basic("any", key)
                .get("/v2/token?service=unipkg&scope=repository:mounting/to:pull,push&scope=repository:a/from:pull")
                .path("token");
        bearer(token).get("/api/v1/whoami").then().body("namespaces", hasItems("mounting"));
    }

    @Test
    void aTokenIsNoKey() {
        String namespace = namespace("briefly");
        String publisher = keyFor(namespace);
        String id = bearer(publisher).get("/api/v1/keys").path("keys[0].id");
        for (String key : new String[] {publisher, administrator}) {
            String token = bearer(key).get("/v2/token").path("token");
            bearer(token).get("/api/v1/whoami").then().body("anonymous", equalTo(false));
            requireKeyItself(bearer(token).get("/api/v1/keys")).contentType("application/problem+json");
            requireKeyItself(bearer(token).delete("/api/v1/keys/" + id));
            requireKeyItself(bearer(token)
                    .contentType("application/json")
                    .body("{\"namespace\":\"briefly\"}")
                    .post("/api/v1/keys"));
            bearer(token)
                    .get("/v2/token")
                    .then()
                    .statusCode(403)
                    .body("errors[0].code", equalTo("DENIED"))
                    .body("errors[0].detail.refusal", equalTo("not-the-key"));
        }
        bearer(publisher).get("/api/v1/keys").then().statusCode(200).body("keys.size()", equalTo(1));
    }

    private static ValidatableResponse requireKeyItself(Response response) {
        return response.then().statusCode(403).body("type", equalTo("https://unipkg.dev/problems/not-the-key"));
    }

    @Test
    void whatIsStoredOfAKeyIsItsHash() {
        String key = keyFor(namespace("hashed"));
        assertThat(keys.everythingStored()).doesNotContain(key).doesNotContain(key.substring(4));
    }

    private RequestSpecification bearer(String key) {
        return given().header("Authorization", "Bearer " + key);
    }

    private ValidatableResponse create(String name) {
        return bearer(administrator)
                .contentType("application/json")
                .body("{\"name\":\"" + name + "\"}")
                .post("/api/v1/namespaces")
                .then();
    }

    private String namespace(String name) {
        assertThat(create(name).extract().statusCode()).isIn(200, 201);
        return name;
    }

    private Response createKey(String namespace, String more) {
        return bearer(administrator)
                .contentType("application/json")
                .body("{\"namespace\":\"" + namespace + "\",\"description\":\"test\"" + more + "}")
                .post("/api/v1/keys");
    }

    private String keyFor(String namespace) {
        return createKey(namespace, "").then().statusCode(201).extract().path("key");
    }
}
