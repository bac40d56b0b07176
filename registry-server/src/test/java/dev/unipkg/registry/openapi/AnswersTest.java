package dev.unipkg.registry.openapi;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.format.oci.ResumeDeclaration;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.kernels.KernelMaker;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.unikraft.UnikraftMaker;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The server's answers match its OpenAPI document.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class AnswersTest {

    private static final String PACKAGE = "/api/v1/packages/{namespace}/{name}";
    private static final String BLOB = "/v2/{namespace}/{name}/blobs/{digest}";
    private static final String MANIFEST = "/v2/{namespace}/{name}/manifests/{reference}";
    private static final String UPLOADS = "/v2/{namespace}/{name}/blobs/uploads";
    private static final Digest NOTHING = Digest.of(new byte[] {1, 2, 3});

    @Inject
    TestKeys keys;

    private Documented documented;

    @BeforeEach
    void readDocument() throws IOException {
        documented = Documented.read();
    }

    @Test
    void packagesAreAnsweredAsDocumented() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("described"), "described/web");
        Build build = build();
        PackageMaker.publish(pusher, "1.0", build);
        PackageMaker.publish(pusher, "1.1", build);
        with(pusher, "{\"version\":\"1.0\"}", "put " + PACKAGE + "/tags/{tag}", "described/web/tags/lts");
        get("get /api/v1", "/api/v1");
        get("get /api/v1/packages", "/api/v1/packages?namespace=described");
        get("get /api/v1/packages", "/api/v1/packages?limit=none");
        get("get " + PACKAGE, "/api/v1/packages/described/web");
        get("get " + PACKAGE, "/api/v1/packages/described/nothing");
        get("get " + PACKAGE + "/versions", "/api/v1/packages/described/web/versions?limit=1");
        get("get " + PACKAGE + "/downloads", "/api/v1/packages/described/web/downloads?to=2026-01-31");
        get("get " + PACKAGE + "/downloads", "/api/v1/packages/described/web/downloads?to=today");
        get("get " + BLOB, pusher.path("blobs/" + Digest.of(build.config())));
        String version = "/api/v1/packages/described/web/versions/1.0";
        get("get " + PACKAGE + "/versions/{version}", version);
        get("get " + PACKAGE + "/versions/{version}/contents", version + "/contents");
        get("get " + PACKAGE + "/versions/{version}/contents", version + "/contents?limit=2");
        String tag = given().get(version).header("ETag");
        documented.require(
                "get " + PACKAGE + "/versions/{version}",
                true,
                given().header("If-None-Match", tag).get(version));
        documented.require(
                "get " + PACKAGE,
                false,
                given().header("Authorization", "Bearer upk_none").get("/api/v1/packages/described/web"));
        with(pusher, "{\"version\":\"9\"}", "put " + PACKAGE + "/tags/{tag}", "described/web/tags/lts");
        with(pusher, "{}", "put " + PACKAGE + "/tags/{tag}", "described/web/tags/lts");
        documented.require(
                "put " + PACKAGE + "/tags/{tag}",
                true,
                given().contentType("application/json").put("/api/v1/packages/described/web/tags/lts"));
        documented.require(
                "delete " + PACKAGE + "/tags/{tag}",
                false,
                pusher.request().delete("/api/v1/packages/described/web/tags/lts"));
        assertThat(documented.seen()).contains(operationsUnder("/api/v1/packages"));
    }

    @Test
    void kernelsAreAnsweredAsDocumented() throws IOException {
        Pusher pusher = new Pusher(keys.administrator(), "kernels/nanos");
        KernelMaker.publish(pusher, "7.0");
        String family = "/api/v1/kernels/{family}";
        RequestSpecification stable = pusher.request().contentType("application/json");
        documented.require(
                "put " + family + "/channels/{channel}",
                false,
                stable.body("{\"version\":\"7.0\"}").put("/api/v1/kernels/nanos/channels/stable"));
        get("get /api/v1/kernels", "/api/v1/kernels");
        get("get " + family, "/api/v1/kernels/nanos");
        get("get " + family, "/api/v1/kernels/none");
        get("get " + family + "/releases", "/api/v1/kernels/nanos/releases");
        get("get " + family + "/releases/{version}", "/api/v1/kernels/nanos/releases/7.0");
        documented.require(
                "delete " + family + "/channels/{channel}",
                false,
                pusher.request().delete("/api/v1/kernels/nanos/channels/7.0"));
        assertThat(documented.seen()).contains(operationsUnder("/api/v1/kernels"));
    }

    @Test
    void unikraftImagesAreAnsweredAsDocumented() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("described"), "described/unikraft");
        UnikraftMaker.push(pusher, "latest", "0.17.0", "qemu/x86_64", "fc/arm64");
        String images = "/api/v1/unikraft-images";
        get("get " + images, images + "?q=described&limit=1");
        get("get " + images, images + "?limit=none");
        get("get " + images + "/{namespace}/{name}", images + "/described/unikraft");
        get("get " + images + "/{namespace}/{name}", images + "/described/nothing");
        assertThat(documented.seen()).contains(operationsUnder(images));
    }

    @Test
    void accountsAreAnsweredAsDocumented() throws IOException {
        Pusher administrator = new Pusher(keys.administrator(), "none/none");
        String namespaces = "/api/v1/namespaces";
        for (String body : List.of("{\"name\":\"accounted\"}", "{\"name\":\"acc0unted\"}", "{\"name\":\"No\"}", "{")) {
            documented.require(
                    "post " + namespaces, false, json(administrator, body).post(namespaces));
        }
        get("get " + namespaces, namespaces + "?limit=1");
        documented.require("get " + namespaces, false, administrator.request().get(namespaces + "?limit=1"));
        String usage = "get " + namespaces + "/{namespace}/usage";
        get(usage, namespaces + "/accounted/usage");
        documented.require(usage, false, administrator.request().get(namespaces + "/accounted/usage"));
        documented.require(
                "post /api/v1/upkeep/sweep", false, administrator.request().post("/api/v1/upkeep/sweep?dry-run=true"));
        documented.require(
                "post /api/v1/upkeep/sweep", false, administrator.request().post("/api/v1/upkeep/sweep?dry-run=x"));
        String created = null;
        for (String body : List.of("{\"namespace\":\"accounted\",\"expires\":\"2100-01-01T00:00:00Z\"}", "{}", "[]")) {
            var answer = json(administrator, body).post("/api/v1/keys");
            documented.require("post /api/v1/keys", false, answer);
            created = created == null ? answer.path("id") : created;
        }
        documented.require("get /api/v1/keys", false, administrator.request().get("/api/v1/keys?limit=1"));
        get("get /api/v1/keys", "/api/v1/keys");
        documented.require(
                "delete /api/v1/keys/{id}", false, administrator.request().delete("/api/v1/keys/" + created));
        documented.require(
                "delete /api/v1/keys/{id}", false, administrator.request().delete("/api/v1/keys/" + created));
        get("get /api/v1/whoami", "/api/v1/whoami");
        documented.require("get /api/v1/whoami", false, administrator.request().get("/api/v1/whoami"));
        get("get /v2", "/v2/");
        documented.require("get /v2", false, administrator.request().get("/v2/"));
        get("get /v2/token", "/v2/token");
    }

    @Test
    void theOciDoorIsAnsweredAsDocumented() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("described"), "described/oci");
        byte[] bytes = "a blob".getBytes(StandardCharsets.UTF_8);
        documented.require("post " + UPLOADS, true, given().post(pusher.path("blobs/uploads/")));
        for (Digest digest : List.of(Digest.of(bytes), NOTHING)) {
            documented.require(
                    "post " + UPLOADS,
                    false,
                    pusher.request().body(bytes).post(pusher.path("blobs/uploads/?digest=" + digest)));
        }
        session(pusher, bytes);
        String blob = pusher.path("blobs/" + Digest.of(bytes));
        for (String method : List.of("get", "head")) {
            documented.require(method + " " + BLOB, true, given().request(method, blob));
            documented.require(method + " " + BLOB, true, given().request(method, pusher.path("blobs/" + NOTHING)));
        }
        for (String range : List.of("bytes=1-2", "bytes=99-")) {
            documented.require(
                    "get " + BLOB, true, given().header("Range", range).get(blob));
        }
        manifests(pusher);
        documented.require("delete " + BLOB, false, pusher.request().delete(blob));
        get("get /v2/_catalog", "/v2/_catalog?n=1");
        get("get /v2/_catalog", "/v2/_catalog?n=x");
        assertThat(documented.seen()).contains(operationsUnder("/v2/{namespace}"));
    }

    private void session(Pusher pusher, byte[] bytes) throws IOException {
        String upload = UPLOADS + "/{upload}";
        for (String end : List.of("put", "delete")) {
            var begun = pusher.request().post(pusher.path("blobs/uploads/"));
            documented.require("post " + UPLOADS, false, begun);
            String location = begun.header("Location");
            documented.require(
                    "patch " + upload,
                    false,
                    pusher.request().header("Content-Range", "0-5").body(bytes).patch(location));
            documented.require(
                    "patch " + upload,
                    false,
                    pusher.request().header("Content-Range", "0-5").body(bytes).patch(location));
            documented.require("get " + upload, false, pusher.request().get(location));
            documented.require(
                    end + " " + upload,
                    false,
                    pusher.request().request(end, location + (end.equals("put") ? "?digest=" + Digest.of(bytes) : "")));
        }
    }

    private void manifests(Pusher pusher) throws IOException {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        pusher.blob(config);
        byte[] subject = manifest(config, Optional.empty());
        byte[] referrer = manifest(config, Optional.of(Descriptor.of(MediaTypes.IMAGE_MANIFEST, subject)));
        for (byte[] body : List.of(subject, referrer, config)) {
            documented.require(
                    "put " + MANIFEST,
                    false,
                    pusher.request()
                            .contentType(MediaTypes.IMAGE_MANIFEST)
                            .body(body)
                            .put(pusher.path("manifests/" + Digest.of(body) + "?tag=a&tag=b")));
        }
        for (String method : List.of("get", "head")) {
            documented.require(method + " " + MANIFEST, true, given().request(method, pusher.path("manifests/a")));
            documented.require(method + " " + MANIFEST, true, given().request(method, pusher.path("manifests/none")));
        }
        get("get /v2/{namespace}/{name}/tags/list", pusher.path("tags/list?n=1"));
        get("get /v2/{namespace}/{name}/tags/list", pusher.path("tags/list?n=x"));
        get(
                "get /v2/{namespace}/{name}/referrers/{digest}",
                pusher.path("referrers/" + Digest.of(subject) + "?artifactType=application/x-test"));
        documented.require("delete " + MANIFEST, false, pusher.request().delete(pusher.path("manifests/a")));
    }

    private void get(String operation, String path) throws IOException {
        documented.require(operation, true, given().urlEncodingEnabled(false).get(path));
    }

    private void with(Pusher pusher, String body, String operation, String path) throws IOException {
        documented.require(operation, false, json(pusher, body).put("/api/v1/packages/" + path));
    }

    private static RequestSpecification json(Pusher pusher, String body) {
        return pusher.request().contentType("application/json").body(body);
    }

    private String[] operationsUnder(String path) {
        return documented.operations().stream()
                .filter(operation -> operation.contains(" " + path))
                .toArray(String[]::new);
    }

    private static byte[] manifest(byte[] config, Optional<Descriptor> subject) {
        return new Manifest(
                        Optional.of("application/x-test"),
                        Descriptor.of(MediaTypes.EMPTY_JSON, config),
                        List.of(),
                        subject,
                        new TreeMap<>(Map.of(Annotations.TITLE, "described")))
                .toBytes();
    }

    /// A build whose config says all that one can say.
    private static Build build() {
        Build plain = PackageMaker.build(Arch.X86_64, "described");
        UnikernelSettings settings = new UnikernelSettings(
                Optional.of("nanos"),
                Optional.of(">=0.1.54"),
                List.of("tls"),
                64 << 20,
                2,
                1 << 20,
                new TreeMap<>(Map.of("debug", "on")),
                Optional.of(new Readiness.HttpGet(80, "/")),
                Optional.of(new ResumeDeclaration.Safe(false, false)));
        Execution execution = new Execution(
                List.of("/bin/app"),
                List.of("-v"),
                new TreeMap<>(Map.of("A", "b")),
                "/",
                new TreeSet<>(List.of("80/tcp")),
                new TreeSet<>(List.of("/data")));
        byte[] config = new ImageConfig(
                        Arch.X86_64,
                        execution,
                        plain.layers().stream().map(PackageMaker.Layer::diffId).toList(),
                        settings)
                .toBytes();
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                Descriptor.of(MediaTypes.IMAGE_CONFIG, config),
                plain.layers().stream().map(PackageMaker.Layer::descriptor).toList(),
                Optional.empty(),
                new TreeMap<>());
        return new Build(Arch.X86_64, config, plain.layers(), manifest);
    }
}
