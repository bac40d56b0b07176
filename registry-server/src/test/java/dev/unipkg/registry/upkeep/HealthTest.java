package dev.unipkg.registry.upkeep;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class HealthTest {

    @Test
    void isReadyWhenTheDatabaseAndTheStoreAnswer() {
        get("/health/ready")
                .then()
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.name", hasItems("blob store"));
        get("/health/live").then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void theApiDescribesItself() {
        get("/openapi?format=json")
                .then()
                .statusCode(200)
                .body("paths.'/api/v1/keys'.post.responses.'201'.content", not(equalTo(null)));
    }
}
