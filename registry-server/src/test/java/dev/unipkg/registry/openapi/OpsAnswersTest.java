package dev.unipkg.registry.openapi;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.kernels.KernelMaker;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The answers to clients of ops match the OpenAPI document.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OpsAnswersTest {

    private static final String TARBALL = "/v2/packages/{namespace}/{name}/{file}";
    private static final String ARCH_TARBALL = "/v2/packages/{namespace}/{name}/{version}/{file}";

    @Inject
    TestKeys keys;

    private Documented documented;

    @BeforeEach
    void readDocument() throws IOException {
        documented = Documented.read();
    }

    @Test
    void packagesAreAnsweredAsDocumented() throws IOException {
        Pusher pusher = new Pusher(keys.publisher("opsdoc"), "opsdoc/web");
        PackageMaker.publish(
                pusher, "1", PackageMaker.build(Arch.X86_64, "web"), PackageMaker.build(Arch.ARM64, "web"));
        String metadata = "post /api/v1/pkg/metadata";
        for (String version : List.of("1", "none")) {
            String body = "{\"namespace\":\"opsdoc\",\"pkg_name\":\"web\",\"version\":\"" + version + "\"}";
            documented.require(metadata, true, given().body(body).post("/api/v1/pkg/metadata"));
        }
        documented.require(metadata, true, given().body("{}").post("/api/v1/pkg/metadata"));
        for (String method : List.of("get", "head")) {
            String web = "/v2/packages/opsdoc/web/";
            documented.require(method + " " + TARBALL, true, given().request(method, web + "1.tar.gz"));
            documented.require(method + " " + TARBALL, true, given().request(method, web + "2.tar.gz"));
            documented.require(method + " " + ARCH_TARBALL, true, given().request(method, web + "1/arm64.tar.gz"));
            documented.require(method + " /v2/manifest.json", true, given().request(method, "/v2/manifest.json"));
        }
        get("get " + TARBALL, "/v2/packages/opsdoc/web/show");
        get("get /v2/packages/{namespace}/{name}/{version}/{arch}/show", "/v2/packages/opsdoc/web/1/arm64/show");
        get("get /api/v1/search", "/api/v1/search?q=opsdoc");
        get("get /api/v1/search", "/api/v1/search?q=a+b+c+d+e+f+g+h+i+j+k");
        assertThat(documented.seen()).hasSize(9);
    }

    @Test
    void keysAndPushesAreAnsweredAsDocumented() throws IOException {
        String validate = "post /apikeys/validate";
        String key = keys.publisher("opsdoc");
        documented.require(validate, true, given().post("/apikeys/validate"));
        documented.require(validate, false, given().header("x-api-key", key).post("/apikeys/validate"));
        String create = "post /packages/create";
        documented.require(create, true, given().post("/packages/create"));
        documented.require(create, false, given().header("x-api-key", key).post("/packages/create"));
    }

    @Test
    void kernelsAreAnsweredAsDocumented() throws IOException {
        KernelMaker.publish(new Pusher(keys.administrator(), "kernels/nanos"), "0.1.9");
        get("get /nanos/release/latest.txt", "/nanos/release/latest.txt");
        String file = "get /nanos/release/{version}/{file}";
        String release = "/nanos/release/0.1.9/nanos-release-linux-0.1.9";
        get(file, release + ".tar.gz");
        get(file, release + ".md5");
        get(file, release + ".zip");
    }

    private void get(String operation, String path) throws IOException {
        documented.require(
                operation,
                true,
                given().urlEncodingEnabled(false).redirects().follow(false).get(path));
    }
}
