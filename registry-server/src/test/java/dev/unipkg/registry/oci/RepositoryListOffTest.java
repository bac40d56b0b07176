package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An operator may keep the list of repositories to himself.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(RepositoryListOffTest.WithoutList.class)
class RepositoryListOffTest {

    /// Without `/v2/_catalog`.
    public static final class WithoutList implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("unipkg.oci.catalog", "false");
        }
    }

    @Test
    void listThatIsTurnedOffIsNotFoundAndSaysWhy() {
        given().get("/v2/_catalog")
                .then()
                .statusCode(404)
                .contentType("application/json")
                .body("errors[0].code", equalTo("UNSUPPORTED"))
                .body("errors[0].message", containsString("turned off here by the registry's operator"))
                .body("errors[0].detail.refusal", equalTo("turned-off"));
        given().get("/api/v1/packages").then().statusCode(200);
    }
}
