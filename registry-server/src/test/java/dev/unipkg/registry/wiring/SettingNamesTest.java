package dev.unipkg.registry.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

class SettingNamesTest {

    @Test
    void knowsEverySettingAndNoMoreThanTwentyFour() {
        assertThat(SettingNames.known())
                .contains("unipkg.data", "unipkg.max-blob-bytes", "unipkg.storage.kind", "unipkg.storage.s3.path-style")
                .hasSizeLessThanOrEqualTo(24);
    }

    @Test
    void takesWhatItKnows() {
        Config config =
                config(Map.of("unipkg.data", "/data", "unipkg.storage.kind", "folder", "quarkus.http.port", "1"));
        assertThatCode(() -> SettingNames.check(config, Set.of("UNIPKG_DATA", "UNIPKG_STORAGE_S3_ACCESS_KEY", "PATH")))
                .doesNotThrowAnyException();
    }

    @Test
    void namesWhatAnUnknownKeyMayHaveMeant() {
        assertThatThrownBy(() -> SettingNames.check(config(Map.of("unipkg.storge.kind", "s3")), Set.of()))
                .hasMessage("there is no setting unipkg.storge.kind; did you mean unipkg.storage.kind?");
        assertThatThrownBy(() -> SettingNames.check(config(Map.of()), Set.of("UNIPKG_STORAGE_S3_BUKET")))
                .hasMessage("there is no setting UNIPKG_STORAGE_S3_BUKET; did you mean UNIPKG_STORAGE_S3_BUCKET?");
    }

    @Test
    void saysWhatAValueShouldHaveBeen() {
        assertThatThrownBy(() -> SettingNames.check(config(Map.of("unipkg.max-blob-bytes", "lots")), Set.of()))
                .hasMessage("unipkg.max-blob-bytes is \"lots\", expected a whole number");
        assertThatThrownBy(() -> SettingNames.check(config(Map.of("unipkg.storage.kind", "tape")), Set.of()))
                .hasMessage("unipkg.storage.kind is \"tape\", expected one of folder, s3");
        assertThatThrownBy(() -> SettingNames.check(config(Map.of("unipkg.log.format", "xml")), Set.of()))
                .hasMessage("unipkg.log.format is \"xml\", expected one of text, json");
        assertThatThrownBy(() -> SettingNames.check(config(Map.of("unipkg.log.level", "loud")), Set.of()))
                .hasMessage("unipkg.log.level is \"loud\", expected one of error, warn, info, debug");
    }

    @Test
    void namesWhatAnUnknownKeyOfQuarkusMayHaveMeant() {
        assertThatThrownBy(() -> SettingNames.check(config(Map.of()), Set.of("QUARKUS_DATASOURCE_JDBC_ULR")))
                .hasMessage("there is no setting QUARKUS_DATASOURCE_JDBC_ULR; did you mean"
                        + " QUARKUS_DATASOURCE_JDBC_URL?");
        assertThatThrownBy(() -> SettingNames.check(config(Map.of("quarkus.http.prot", "80")), Set.of()))
                .hasMessage("there is no setting quarkus.http.prot; did you mean quarkus.http.port?");
        assertThatThrownBy(() -> SettingNames.check(config(Map.of("quarkus.datasource.user", "me")), Set.of()))
                .hasMessageStartingWith("there is no setting quarkus.datasource.user; did you mean ");
    }

    @Test
    void takesWhatQuarkusKnows() {
        Config config =
                config(Map.of("quarkus.datasource.jdbc.max-size", "20", "quarkus.http.limits.max-connections", "9"));
        Set<String> variables = Set.of(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "QUARKUS_DATASOURCE_JDBC_MAX_SIZE",
                "QUARKUS_HTTP_SSL_CERTIFICATE_FILES",
                "QUARKUS_PROFILE");
        assertThatCode(() -> SettingNames.check(config, variables)).doesNotThrowAnyException();
    }

    @Test
    void takesWhatTheBuildPutIntoTheServer() {
        Config builtIn = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(Map.of("quarkus.http.test-port", "0"), "built in", 250))
                .build();
        assertThatCode(() -> SettingNames.check(builtIn, Set.of())).doesNotThrowAnyException();
    }

    @Test
    void asksForAllThatS3Needs() {
        Map<String, String> values = new TreeMap<>(Map.of("unipkg.storage.kind", "s3"));
        for (String name : List.of("endpoint", "bucket", "access-key", "secret-key")) {
            Config config = config(Map.copyOf(values));
            assertThatThrownBy(() -> SettingNames.check(config, Set.of()))
                    .hasMessage("unipkg.storage.kind is s3, so unipkg.storage.s3." + name + " (or UNIPKG_STORAGE_S3_"
                            + name.toUpperCase(Locale.ROOT).replace('-', '_') + ") is needed");
            values.put("unipkg.storage.s3." + name, name.equals("endpoint") ? "http://s3:9000" : "x");
        }
        assertThatCode(() -> SettingNames.check(config(values), Set.of())).doesNotThrowAnyException();
    }

    @Test
    void saysInWhichRangeAValueShouldHaveBeen() {
        Map<String, String> wrong = Map.of(
                "unipkg.max-blob-bytes=-5", "1 or more",
                "unipkg.scrub.bytes-per-second=-1", "0 or more",
                "unipkg.storage.s3.presign-for=30d", "0, or 1s to 7d",
                "quarkus.http.port=70000", "a whole number from 0 to 65535",
                "quarkus.http.port=abc", "a whole number from 0 to 65535");
        wrong.forEach((setting, expected) -> {
            String[] parts = setting.split("=", 2);
            assertThatThrownBy(() -> SettingNames.check(config(Map.of(parts[0], parts[1])), Set.of()))
                    .hasMessage(parts[0] + " is \"" + parts[1] + "\", expected " + expected);
        });
    }

    private static Config config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(values, "test", 300))
                .withConverter(Duration.class, 100, new DurationConverter())
                .build();
    }
}
