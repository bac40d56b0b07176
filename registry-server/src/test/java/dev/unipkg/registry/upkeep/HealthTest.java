package dev.unipkg.registry.upkeep;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class HealthTest {

    @Test
    void isReadyWhenTheDatabaseAnswers() {
        get("/health/ready").then().statusCode(200).body("status", equalTo("UP"));
    }
}
