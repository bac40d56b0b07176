package dev.unipkg.registry.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ApplicationPropertiesTest {

    /// Unpacking the layers of a large manifest, or hashing a session of 10 GiB again after a restart, takes minutes,
    /// in which nothing passes on the connection; Vert.x hangs up on it all the same.
    @Test
    void aConnectionOutlastsTheRegistrysOwnChecks() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = SettingNames.class.getResourceAsStream("/application.properties")) {
            properties.load(in);
        }
        Duration idle = DurationConverter.parseDuration(properties.getProperty("quarkus.http.idle-timeout"));
        Duration silentBody = DurationConverter.parseDuration(properties.getProperty("quarkus.http.read-timeout"));
        assertThat(idle).isGreaterThanOrEqualTo(Duration.ofMinutes(15));
        assertThat(silentBody).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }
}
