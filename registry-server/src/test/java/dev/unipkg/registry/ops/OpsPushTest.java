package dev.unipkg.registry.ops;

import static dev.unipkg.registry.publish.PackageMaker.elf;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.unipkg.format.Arch;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.content.RegistryState;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pushes by a client of ops, and those that are refused with nothing becoming visible.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OpsPushTest {

    private static final String MANIFEST = """
            {"Program":"app_1.0/app","Args":["app","-v"],"Env":{"HOME":"/"},"Version":"1.0","Klibs":["tls"],
            "RunConfig":{"Ports":["8080","80-90"]}}
            """;

    @Inject
    TestKeys keys;

    @Inject
    RegistryState state;

    private String key = "";
    private RegistryState.Snapshot before = RegistryState.Snapshot.NOTHING;

    @BeforeEach
    void look() {
        key = keys.publisher("opsers");
        before = state.snapshot();
    }

    @Test
    void whatOpsPushedIsAVersionForEveryClient() {
        push(archive().link("app_1.0/sysroot/etc/issue", "/etc/motd"), fields())
                .statusCode(200)
                .body("name", equalTo("opsers/app"))
                .body("version", equalTo("1.0"));

        String version = "/api/v1/packages/opsers/app/versions/1.0";
        given().get(version)
                .then()
                .statusCode(200)
                .body("builds[0].arch", equalTo("x86_64"))
                .body("builds[0].config.entrypoint", contains("/app"))
                .body("builds[0].config.cmd", contains("-v"))
                .body("builds[0].config.env.HOME", equalTo("/"))
                .body("builds[0].config.exposedPorts", contains("8080/tcp"))
                .body("builds[0].config.unikernel.kernel.family", equalTo("nanos"))
                .body("builds[0].config.unikernel.klibs", contains("tls"));
        given().get(version + "/contents")
                .then()
                .body("files.path", hasItem("app"))
                .body("files.find { it.path == 'etc/issue' }.target", equalTo("../etc/motd"))
                .body("files.find { it.path == 'app' }.executable", equalTo(true));
        given().get("/api/v1/packages/opsers/app").then().body("description", equalTo("an app"));
        given().get("/v2/opsers/app/manifests/1.0").then().statusCode(200);
        byte[] tarball = given().get("/v2/packages/opsers/app/1.0.tar.gz").asByteArray();
        assertThat(ExtractedTarball.of(tarball).files())
                .containsEntry("app_1.0/sysroot/etc/motd", "hello")
                .containsEntry("app_1.0/sysroot/etc/issue", "-> ../etc/motd");

        push(archive().link("app_1.0/sysroot/etc/issue", "/etc/motd"), fields()).statusCode(200);
        push(archive(), fields()).statusCode(409).body("type", containsString("version-exists"));
    }

    @Test
    void fieldsComeInAnyOrder() {
        List<String> order = new ArrayList<>(fields().keySet());
        Collections.reverse(order);
        Map<String, String> reversed = new LinkedHashMap<>();
        order.forEach(name -> reversed.put(name, fields().get(name)));
        reversed.put("name", "backwards");
        push(archive("backwards_1.0", MANIFEST.replace("app_1.0/app", "backwards_1.0/app")), reversed)
                .statusCode(200)
                .body("name", equalTo("opsers/backwards"));
    }

    @Test
    void programInsideTheSysrootIsTakenFromThere() {
        OpsArchive archive = new OpsArchive()
                .directory("inside_1.0")
                .file(
                        "inside_1.0/package.manifest",
                        "{\"Program\":\"/bin/app\",\"Args\":[\"/bin/app\"]}".getBytes(StandardCharsets.UTF_8))
                .directory("inside_1.0/sysroot")
                .directory("inside_1.0/sysroot/bin")
                .file("inside_1.0/sysroot/bin/app", elf(Arch.ARM64));
        push(archive, with("name", "inside", "arch", "arm64")).statusCode(200);
        given().get("/v2/packages/opsers/inside/1.0/arm64.tar.gz").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "ON", "true", "True", "1", "yes", "checked", " off"})
    void packageThatMayBeMeantToBePrivateIsRefusedWithASentence(String word) {
        refused(push(archive(), with("private", word)), 400, "invalid-value", "everybody can read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "OFF", "false"})
    void packageThatIsSaidToBePublicIsPublished(String word) {
        push(
                        archive("public_1.0", MANIFEST.replace("app_1.0/app", "public_1.0/app")),
                        with("name", "public", "private", word))
                .statusCode(200);
    }

    @Test
    void pushWithoutAKeyOrToAnothersNamespaceIsRefused() {
        byte[] body = body(archive().bytes(), fields());
        given().contentType("multipart/form-data; boundary=" + OpsArchive.BOUNDARY)
                .body(body)
                .post("/packages/create")
                .then()
                .statusCode(401);
        keys.publisher("others");
        push(archive(), with("namespace", "others"))
                .statusCode(403)
                .body("detail", containsString("publishes to the namespace opsers"));
        nothingIsPublished();
    }

    @ParameterizedTest
    @ValueSource(strings = {"app_1.0/../app", "app_1.0/sysroot/../../../etc/passwd"})
    void pathThatLeavesTheRootIsRefused(String path) {
        refused(push(archive().file(path, new byte[1]), fields()), 400, "unsafe-path", "without ..");
    }

    @Test
    void linkThatLeavesTheRootIsRefused() {
        refused(
                push(archive().link("app_1.0/sysroot/out", "../../../../etc"), fields()),
                400,
                "link-leaves-root",
                "leads out of the root");
    }

    @Test
    void deviceAndHardLinkAreRefused() {
        refused(
                push(archive().special("app_1.0/sysroot/null", TarConstants.LF_CHR), fields()),
                400,
                "device",
                "is a device");
        refused(
                push(archive().special("app_1.0/sysroot/pipe", TarConstants.LF_FIFO), fields()),
                400,
                "device",
                "is a pipe");
        refused(
                push(archive().special("app_1.0/sysroot/hard", TarConstants.LF_LINK), fields()),
                400,
                "hard-link",
                "is a hard link");
    }

    @Test
    void wrongRootFolderIsRefused() {
        refused(
                push(archive("app-1.0", MANIFEST), fields()),
                400,
                "says-otherwise",
                "its root folder is \\\"app-1.0\\\", expected \\\"app_1.0\\\"");
        refused(push(archive().directory("other"), fields()), 400, "says-otherwise", "root folder");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Program\":\"app_1.0/app\",\"Arch\":\"arm64\"} | unknown-key | Arch",
                "{\"Program\":\"app_1.0/app\",\"RunConfig\":{\"Shell\":\"sh\"}} | unknown-key | RunConfig.Shell",
                "{\"Program\":\"app_1.0/app\",\"program\":\"b\"} | duplicate-key | Program",
                "{\"Program\":\"app_1.0/app\",\"MapDirs\":{\"/etc/*\":\"/etc\"}} | invalid-value | no file and no command",
                "{\"Program\":\"app_1.0/app\",\"RunConfig\":{\"AtExit\":\"rm\"}} | invalid-value | no file and no command",
                "{\"Program\":\"app_1.0/none\"} | no-program | none",
                "{\"Args\":[\"a\"]} | missing-field | Program",
                "Program: app | malformed | JSON",
            })
    void manifestThatOpsWouldNotReadIsRefused(String manifest, String code, String sentence) {
        refused(push(archive("app_1.0", manifest), fields()), 400, code, sentence);
    }

    @Test
    void tarballWithoutAManifestIsRefused() {
        OpsArchive archive = new OpsArchive().directory("app_1.0").file("app_1.0/app", elf(Arch.X86_64));
        refused(push(archive, fields()), 400, "not-a-package", "package.manifest");
    }

    @Test
    void secondManifestIsRefused() {
        refused(
                push(archive().file("app_1.0/package.manifest", MANIFEST.getBytes(StandardCharsets.UTF_8)), fields()),
                400,
                "duplicate-entry",
                "is there twice");
        refused(push(archive().file("app_1.0/app/below", new byte[1]), fields()), 400, "no-parent", "no directory");
    }

    @Test
    void bombIsRefused() {
        refused(push(archive().file("app_1.0/sysroot/zeros", new byte[64 << 20]), fields()), 400, "bomb", "1000 times");
    }

    @Test
    void damagedTarballIsRefused() {
        byte[] whole = archive().bytes();
        refused(push(java.util.Arrays.copyOf(whole, whole.length / 2), fields()), 400, "truncated", "cut off");
        refused(push("no gzip at all".getBytes(StandardCharsets.UTF_8), fields()), 400, "corrupt", "damaged");
        byte[] flipped = whole.clone();
        flipped[whole.length - 6] ^= 1;
        refused(push(flipped, fields()), 400, "corrupt", "damaged");
    }

    @Test
    void formThatIsCutOffIsRefused() {
        byte[] whole = body(archive().bytes(), fields());
        for (int length : new int[] {whole.length - 4, whole.length / 2, 10, 0}) {
            refused(send(java.util.Arrays.copyOf(whole, length)), 400, "truncated", "the form ends too early");
        }
    }

    @Test
    void formThatIsNoneIsRefused() {
        given().header("x-api-key", key)
                .contentType("application/json")
                .body("{}")
                .post("/packages/create")
                .then()
                .statusCode(400)
                .body("detail", containsString("multipart/form-data"));
        Map<String, String> nameless = fields();
        nameless.remove("name");
        refused(push(archive(), nameless), 400, "missing-field", "name");
        nothingIsPublished();
    }

    @ParameterizedTest
    @CsvSource({
        "name, my_app, invalid-name, lowercase",
        "name, App, invalid-name, lowercase",
        "namespace, ops_ers, invalid-name, lowercase",
        "version, 1_0, invalid-name, letters",
        "version, latest, moving-version, is a tag",
        "arch, mips, invalid-value, x86_64 or arm64",
        "arch, arm64, other-arch, expected arm64",
    })
    void fieldThatNoPackageHasIsRefused(String field, String value, String code, String sentence) {
        refused(push(archive(), with(field, value)), 400, code, sentence);
    }

    @Test
    void programThatIsNoneIsRefused() {
        OpsArchive archive = OpsArchive.of("app_1.0", "#!/bin/sh".getBytes(StandardCharsets.UTF_8), MANIFEST);
        refused(push(archive, fields()), 400, "not-elf", "is not an ELF program");
    }

    private void refused(ValidatableResponse answer, int status, String code, String sentence) {
        answer.statusCode(status).body("type", equalTo("https://unipkg.dev/problems/" + code));
        assertThat(answer.extract().asString()).contains(sentence);
        nothingIsPublished();
    }

    private void nothingIsPublished() {
        RegistryState.Snapshot after = state.snapshot();
        assertThat(after.published()).isEqualTo(before.published());
        assertThat(after.unfinished()).isEqualTo(before.unfinished());
    }

    private static OpsArchive archive() {
        return archive("app_1.0", MANIFEST);
    }

    private static OpsArchive archive(String folder, String manifest) {
        return OpsArchive.of(folder, elf(Arch.X86_64), manifest);
    }

    private static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("name", "app");
        fields.put("description", "an app");
        fields.put("language", "c");
        fields.put("version", "1.0");
        fields.put("arch", "x86_64");
        fields.put("namespace", "");
        fields.put("private", "off");
        return fields;
    }

    private static Map<String, String> with(String... namesAndValues) {
        Map<String, String> fields = fields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    private ValidatableResponse push(OpsArchive archive, Map<String, String> fields) {
        return push(archive.bytes(), fields);
    }

    private ValidatableResponse push(byte[] tarball, Map<String, String> fields) {
        return send(body(tarball, fields));
    }

    private ValidatableResponse send(byte[] body) {
        return given().header("x-api-key", key)
                .header("Content-Type", "multipart/form-data; boundary=" + OpsArchive.BOUNDARY)
                .body(body)
                .post("/packages/create")
                .then();
    }

    private static byte[] body(byte[] tarball, Map<String, String> fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(OpsArchive.form(tarball, fields));
        body.writeBytes(OpsArchive.end());
        return body.toByteArray();
    }
}
