package dev.unipkg.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.registry.wiring.SettingsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;

class StartFailureTest {

    @Test
    void theReasonIsToldAndNotTheWrapping() {
        assertThat(told(new IOException("the blob folder /x is in use by another process")))
                .isEqualTo("unipkg: the server did not start: the blob folder /x is in use by another process\n");
        assertThat(told(new SettingsException("x is \"y\", expected z")))
                .isEqualTo("unipkg: the server did not start: x is \"y\", expected z\n");
        assertThat(told(new IOException("S3 cannot make the bucket b", new RuntimeException("403 Forbidden"))))
                .isEqualTo("unipkg: the server did not start: S3 cannot make the bucket b: 403 Forbidden\n");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsTold() {
        for (Exception failure : new Exception[] {
            new SQLException("Connection refused"),
            new FlywayException("no connection", new SQLException("Connection refused"))
        }) {
            assertThat(told(failure))
                    .contains("the database that quarkus.datasource.jdbc.url names")
                    .endsWith(": Connection refused\n")
                    .hasLineCount(1);
        }
        assertThat(told(new FlywayException("Validate failed: a migration is missing\nand more")))
                .isEqualTo("unipkg: the server did not start: the tables of the database could not be brought up to"
                        + " date: Validate failed: a migration is missing\n");
    }

    @Test
    void whatNobodyForesawComesWithItsTrace() {
        assertThat(told(new NullPointerException("surprise")))
                .startsWith("unipkg: the server did not start: surprise\n")
                .contains("at dev.unipkg.registry.StartFailureTest");
    }

    private static String told(Exception cause) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StartFailure.of(new RuntimeException("Failed to start quarkus", new RuntimeException("a bean", cause)))
                .tell(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }
}
