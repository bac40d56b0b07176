package dev.unipkg.registry.accounts;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class AdministratorKeyTest {

    /// A key that was revoked elsewhere is good for as long as a server may still believe it to be.
    private static final Duration BELIEVED = Duration.ofSeconds(5);

    @Inject
    TestKeys keys;

    @Inject
    DataSource database;

    @Test
    void aNewKeyIsAnAdministratorsAndLeavesTheOthers() throws SQLException {
        String old = keys.administrator();
        AdministratorKey.Made made = make(false);
        assertThat(made.revoked()).isZero();
        assertThat(made.others()).isPositive();
        for (String key : new String[] {made.text(), old}) {
            given().header("Authorization", "Bearer " + key)
                    .get("/api/v1/whoami")
                    .then()
                    .statusCode(200)
                    .body("administrator", equalTo(true));
        }
    }

    @Test
    void theOthersEndWhereThatIsWantedButNoPublishers() throws Exception {
        String old = keys.administrator();
        String publisher = keys.publisher("untouched");
        AdministratorKey.Made made = make(true);
        assertThat(made.revoked()).isPositive();
        assertThat(made.others()).isZero();
        Instant until = Instant.now().plus(BELIEVED);
        while (status(old) != 401 && Instant.now().isBefore(until)) {
            // Nothing but a refusal shows that the server has forgotten the key.
            Thread.sleep(100);
        }
        assertThat(status(old)).isEqualTo(401);
        assertThat(status(publisher)).isEqualTo(200);
        assertThat(status(made.text())).isEqualTo(200);
    }

    private AdministratorKey.Made make(boolean revokeOthers) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return AdministratorKey.make(connection, Instant.now(), revokeOthers);
        }
    }

    private static int status(String key) {
        return given().header("Authorization", "Bearer " + key)
                .get("/api/v1/whoami")
                .statusCode();
    }
}
