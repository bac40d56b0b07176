package dev.unipkg.registry.ops;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.publish;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.unipkg.format.Arch;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The list of everything where there are many versions, which are made in the database.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OpsListTest {

    @Inject
    TestKeys keys;

    @Inject
    EntityManager database;

    @Test
    void listOfManyVersionsIsWholeAndInTheirOrder() {
        publish(pusher("many-versions"), "1.0.0", build(Arch.X86_64, "many"), build(Arch.ARM64, "many"));
        publish(pusher("many-versions-after"), "1.0.0", build(Arch.X86_64, "one"));
        copyVersion("many-versions", 10_001);
        List<String> listed = given().get("/v2/manifest.json")
                .jsonPath()
                .getList("Packages.findAll { it.name.startsWith('many-versions') && it.arch == 'x86_64' }"
                        + ".collect { it.name + ' ' + it.version }");
        forget("many-versions");
        assertThat(listed)
                .hasSize(10_003)
                .doesNotHaveDuplicates()
                .startsWith("many-versions 1.0.0", "many-versions copy-100001")
                .endsWith("many-versions copy-110001", "many-versions-after 1.0.0");
    }

    @Test
    void listThatIsTooLongIsRefusedEachTime() {
        publish(pusher("long-words"), "1.0.0", build(Arch.X86_64, "long"));
        run("update repository set description = repeat('long ', 4000) where name = 'long-words'");
        copyVersion("long-words", 3400);
        Response refused = given().get("/v2/manifest.json");
        Response again = given().get("/v2/manifest.json");
        Response head = given().head("/v2/manifest.json");
        forget("long-words");
        refused.then()
                .statusCode(413)
                .body("errors[0].message", containsString("the list of packages"))
                .body("errors[0].message", containsString("67108864"));
        assertThat(again.asString()).isEqualTo(refused.asString());
        assertThat(head.statusCode()).isEqualTo(413);
        given().get("/v2/manifest.json").then().statusCode(200);
    }

    /// Makes versions like the one there is, which come after it.
    private void copyVersion(String name, int copies) {
        run("""
                insert into version (repository_id, version, sort_key, prerelease, digest, published_at)
                select v.repository_id, 'copy-' || (100000 + i), v.sort_key || (100000 + i), v.prerelease, v.digest,
                    v.published_at
                from version v join repository r on r.id = v.repository_id, generate_series(1, %d) i
                where r.name = '%s'
                """.formatted(copies, name));
        run("""
                insert into build (version_id, arch, digest, size, config)
                select v.id, b.arch, b.digest, b.size, b.config
                from repository r join version v on v.repository_id = r.id,
                    build b join version first on first.id = b.version_id
                where r.name = '%s' and first.repository_id = r.id and v.id <> first.id
                """.formatted(name));
    }

    private void forget(String name) {
        run("delete from version where repository_id = (select id from repository where name = '" + name + "')");
    }

    private void run(String statement) {
        QuarkusTransaction.requiringNew()
                .run(() -> database.createNativeQuery(statement).executeUpdate());
    }

    private Pusher pusher(String name) {
        return new Pusher(keys.publisher("ops"), "ops/" + name);
    }
}
