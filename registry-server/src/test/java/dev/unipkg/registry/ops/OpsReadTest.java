package dev.unipkg.registry.ops;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.layer;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.wiring.TestDatabase;
import dev.unipkg.storage.BlobStore;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Reads by a client of ops of packages that `pkg` pushed.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OpsReadTest {

    @Inject
    TestKeys keys;

    @Inject
    BlobStore store;

    @Inject
    RegistryState state;

    @Inject
    EntityManager database;

    @Test
    void tarballExtractsAsOpsDoesItAndHasTheDigestThatTheMetadataSay() throws IOException {
        publish(pusher("web"), "1.0", build(Arch.X86_64, "hello"), build(Arch.ARM64, "hello arm"));
        String sha256 = metadata("ops", "web", "1.0", "\"arch\":\"\"")
                .statusCode(200)
                .body("name", equalTo("web"))
                .body("namespace", equalTo("ops"))
                .body("version", equalTo("1.0"))
                .body("arch", equalTo("x86_64"))
                .extract()
                .path("sha256");

        Response answer = given().header("Accept-Encoding", "gzip").get("/v2/packages/ops/web/1.0.tar.gz");
        byte[] tarball = answer.asByteArray();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("Content-Encoding")).isNull();
        assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(tarball.length));
        assertThat(Digest.of(tarball).hex()).isEqualTo(sha256);
        Map<String, String> files = ExtractedTarball.of(tarball).files();
        assertThat(files)
                .containsOnlyKeys(
                        "web_1.0",
                        "web_1.0/package.manifest",
                        "web_1.0/sysroot",
                        "web_1.0/sysroot/bin",
                        "web_1.0/sysroot/bin/alias",
                        "web_1.0/sysroot/bin/app",
                        "web_1.0/sysroot/etc",
                        "web_1.0/sysroot/etc/app.conf",
                        "web_1.0/sysroot/etc/motd")
                .containsEntry("web_1.0/sysroot/bin/alias", "-> app")
                .containsEntry("web_1.0/sysroot/etc/motd", "hello");
        assertThat(manifest(files.getOrDefault("web_1.0/package.manifest", ""))).isEqualTo("""
                        {"Program":"/bin/app","Args":["/bin/app"],"Version":"1.0","Description":"a small program",\
                        "RunConfig":{"Ports":["80"]}}""");

        String armSha256 = metadata("ops", "web", "1.0", "\"arch\":\"arm64\"")
                .body("arch", equalTo("arm64"))
                .extract()
                .path("sha256");
        byte[] arm = given().get("/v2/packages/ops/web/1.0/arm64.tar.gz").asByteArray();
        assertThat(Digest.of(arm).hex()).isEqualTo(armSha256).isNotEqualTo(sha256);
        assertThat(ExtractedTarball.of(arm).files()).containsEntry("web_1.0/sysroot/etc/motd", "hello arm");
        given().head("/v2/packages/ops/web/1.0/arm64.tar.gz")
                .then()
                .statusCode(200)
                .header("Content-Length", Integer.toString(arm.length));
    }

    @Test
    void versionIsFoundInEverySpelling() {
        Pusher pusher = pusher("spelled");
        publish(pusher, "v1.0", build(Arch.X86_64, "one"));
        publish(pusher, "2.0", build(Arch.X86_64, "two"), build(Arch.ARM64, "two"));
        publish(pusher, "2.1", build(Arch.X86_64, "two point one"));
        publish(pusher, "3.0-rc1", build(Arch.X86_64, "three"));
        pusher.request()
                .contentType("application/json")
                .body("{\"version\":\"2.0\"}")
                .put("/api/v1/packages/ops/spelled/tags/lts");

        found("1.0", "\"arch\":\"\"", "v1.0");
        found("v1.0", "\"arch\":\"x86_64\"", "v1.0");
        found("v2.0", "\"arch\":\"amd64\"", "2.0");
        found("lts", "\"arch\":\"\"", "2.0");
        found("latest", "\"arch\":\"\"", "2.1");
        found("", "\"arch\":\"\"", "2.1");
        found("latest", "\"arch\":\"arm64\"", "2.0");
        found("latest", "\"arch\":\"aarch64\"", "2.0");
        given().body("{\"namespace\":\"ops\",\"pkg_name\":\"spelled\",\"version\":\"2.0\"}")
                .post("/api/v1/pkg/metadata")
                .then()
                .body("arch", equalTo("x86_64"));
        metadata("ops", "spelled", "9", "\"arch\":\"\"").statusCode(404);
        metadata("ops", "spelled", "2.1", "\"arch\":\"arm64\"").statusCode(404);
        metadata("ops", "spelled", "2.1", "\"arch\":\"zz\"").statusCode(404);
        metadata("ops", "spelled_2", "2.1", "\"arch\":\"\"").statusCode(404);
        metadata("OPS", "spelled", "2.1", "\"arch\":\"\"").statusCode(404);
        given().get("/v2/packages/ops/spelled/9.tar.gz").then().statusCode(404);
        given().get("/v2/packages/ops/spelled/latest.tar.gz").then().statusCode(404);
        given().get("/v2/packages/ops/spelled/2.0/mips.tar.gz").then().statusCode(404);
    }

    @Test
    void packageOfTheDefaultNamespaceNeedsNoNamespace() {
        Pusher pusher = new Pusher(keys.administrator(), "library/plain");
        publish(pusher, "1", build(Arch.X86_64, "plain"));
        metadata("", "plain", "latest", "\"arch\":\"\"").statusCode(200).body("namespace", equalTo("library"));
    }

    @Test
    void buildThatNanosCannotRunIsNotOffered() {
        Pusher pusher = pusher("users");
        Execution asUser = new Execution(
                List.of("/bin/app"), List.of(), new TreeMap<>(), "", new TreeSet<>(), new TreeSet<>(), "1000:1000");
        FileTree files = FileTree.builder()
                .file("bin/app", new dev.unipkg.format.tree.Content.Bytes(PackageMaker.elf(Arch.X86_64)), true)
                .build();
        publish(
                pusher,
                "1",
                PackageMaker.build(Arch.X86_64, List.of(layer(LayerKind.RUNTIME, files)), new TreeMap<>(), asUser));
        publish(pusher("risc"), "1", build(Arch.RISCV64, "risc"));
        metadata("ops", "users", "1", "\"arch\":\"\"").statusCode(404);
        metadata("ops", "risc", "1", "\"arch\":\"riscv64\"").statusCode(404);
        given().get("/v2/packages/ops/users/1.tar.gz").then().statusCode(404);
        given().get("/api/v1/search?q=ops/users").then().body("Packages", empty());
    }

    @Test
    void listHasEveryBuildAndItsLengthIsTold() {
        publish(pusher("listed"), "1.0", build(Arch.X86_64, "a"), build(Arch.ARM64, "a"));
        publish(pusher("listed"), "1.1", build(Arch.X86_64, "b"));
        Response list = given().get("/v2/manifest.json");
        list.then().statusCode(200).contentType("application/json").body("Version", equalTo(2));
        assertThat(list.header("Content-Length")).isEqualTo(Integer.toString(list.asByteArray().length));
        given().head("/v2/manifest.json")
                .then()
                .statusCode(200)
                .header("Content-Length", list.header("Content-Length"));
        List<Map<String, String>> own = list.jsonPath().getList("Packages.findAll { it.name == 'listed' }");
        assertThat(own)
                .extracting(build -> build.get("version") + " " + build.get("arch"))
                .containsExactly("1.0 arm64", "1.0 x86_64", "1.1 x86_64");
        assertThat(own).extracting(build -> build.get("sha256")).containsOnly("");

        String sha256 =
                metadata("ops", "listed", "1.1", "\"arch\":\"\"").extract().path("sha256");
        given().get("/v2/manifest.json")
                .then()
                .body("Packages.findAll { it.name == 'listed' }.sha256", contains("", "", sha256));
    }

    @Test
    void searchFindsAllVersionsAndNarrowsByArchitecture() {
        publish(pusher("sought"), "1.0", build(Arch.X86_64, "a"), build(Arch.ARM64, "a"));
        publish(pusher("sought"), "1.1", build(Arch.X86_64, "b"));
        given().get("/api/v1/search?q=sought")
                .then()
                .statusCode(200)
                .body("Packages.version", contains("1.0", "1.0", "1.1"));
        given().get("/api/v1/search?q=sought&arch=arm64").then().body("Packages.version", contains("1.0"));
        given().queryParam("q", "SOUGHT small")
                .queryParam("arch", "x86_64")
                .get("/api/v1/search")
                .then()
                .body("Packages.version", contains("1.0", "1.1"));
        given().get("/api/v1/search?q=sought&arch=zz").then().body("Packages", empty());
        given().get("/api/v1/search?q=soughtless").then().body("Packages", empty());
    }

    @Test
    void keyIsValidatedAsOpsExpects() {
        given().header("x-api-key", keys.publisher("ops"))
                .post("/apikeys/validate")
                .then()
                .statusCode(200)
                .body("Username", equalTo("ops"));
        given().header("x-api-key", keys.administrator())
                .post("/apikeys/validate")
                .then()
                .statusCode(200)
                .body("Username", equalTo("administrator"));
        given().header("x-api-key", "none").post("/apikeys/validate").then().statusCode(403);
        given().post("/apikeys/validate").then().statusCode(403).body("status", equalTo(403));
    }

    @Test
    void addressesOfTheHubsPagesLeadToOurs() {
        for (String page : List.of("show", "1.0/x86_64/show")) {
            given().redirects()
                    .follow(false)
                    .get("/v2/packages/ops/web/" + page)
                    .then()
                    .statusCode(302)
                    .header("Location", "/packages/ops/web");
        }
    }

    @Test
    void tarballWhoseBytesAreLostIsMadeAgain() throws IOException {
        publish(pusher("lost"), "1", build(Arch.X86_64, "lost and found"));
        String sha256 = metadata("ops", "lost", "1", "\"arch\":\"\"").extract().path("sha256");
        store.delete(new Digest(sha256));
        byte[] again = given().get("/v2/packages/ops/lost/1.tar.gz").asByteArray();
        assertThat(Digest.of(again).hex()).isEqualTo(sha256);
    }

    @Test
    void sweepLeavesTarballs() {
        publish(pusher("swept"), "1", build(Arch.X86_64, "not swept"));
        String sha256 = metadata("ops", "swept", "1", "\"arch\":\"\"").extract().path("sha256");
        QuarkusTransaction.requiringNew()
                .run(() -> database.createNativeQuery(
                                "update blob set condemned = now() - interval '1 day' where digest = 'sha256:" + sha256
                                        + "'")
                        .executeUpdate());
        given().header("Authorization", "Bearer " + keys.administrator())
                .post("/api/v1/upkeep/sweep")
                .then()
                .statusCode(200);
        assertThat(state.snapshot().blobs()).contains(new Digest(sha256));
        given().get("/v2/ops/swept/blobs/sha256:" + sha256).then().statusCode(404);
    }

    @Test
    void tarballThatIsSentToItsEndIsADownload() {
        publish(pusher("counted"), "1", build(Arch.X86_64, "counted"));
        String tarball = "/v2/packages/ops/counted/1.tar.gz";
        metadata("ops", "counted", "1", "\"arch\":\"\"").statusCode(200);
        given().head(tarball).then().statusCode(200);
        assertThat(downloads()).isZero();
        given().get(tarball).then().statusCode(200).header("Cache-Control", "private");
        given().get(tarball).then().statusCode(200);
        assertThat(downloads()).isEqualTo(2);
        given().get("/api/v1/search?q=ops/counted").then().body("Packages[0].download_count", notNullValue());
    }

    /// The downloads of `ops/counted` that are recorded, whether or not they are summed yet.
    private long downloads() {
        return ((Number) database.createNativeQuery("""
                        select coalesce(sum(c.downloads), 0)
                        from (select repository_id, downloads from download_journal
                            union all select repository_id, downloads from download_day) as c
                        join repository r on r.id = c.repository_id where r.name = 'counted' and r.namespace = 'ops'
                        """).getSingleResult()).longValue();
    }

    @Test
    void keyThatReadingDoesNotNeedIsNotLookedAt() {
        publish(pusher("keyed"), "1", build(Arch.X86_64, "keyed"));
        given().header("x-api-key", "of another hub")
                .get("/v2/packages/ops/keyed/1.tar.gz")
                .then()
                .statusCode(200)
                .header("Location", nullValue());
    }

    private static void found(String asked, String arch, String version) {
        metadata("ops", "spelled", asked, arch).statusCode(200).body("version", equalTo(version));
    }

    private static ValidatableResponse metadata(String namespace, String name, String version, String arch) {
        return given().contentType("application/json")
                .body("{\"namespace\":\"" + namespace + "\",\"pkg_name\":\"" + name + "\",\"version\":\"" + version
                        + "\"," + arch + "}")
                .post("/api/v1/pkg/metadata")
                .then();
    }

    private static String manifest(String text) throws IOException {
        return new String(
                Json.parse(text.getBytes(StandardCharsets.ISO_8859_1), JsonLimits.DEFAULT)
                        .toBytes(),
                StandardCharsets.UTF_8);
    }

    private Pusher pusher(String name) {
        return new Pusher(keys.publisher("ops"), "ops/" + name);
    }
}
