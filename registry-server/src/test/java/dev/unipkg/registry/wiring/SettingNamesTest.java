package dev.unipkg.registry.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

class SettingNamesTest {

    @Test
    void knowsEverySettingAndNoMoreThanTwelve() {
        assertThat(SettingNames.known())
                .contains("unipkg.data", "unipkg.max-blob-bytes", "unipkg.storage.kind", "unipkg.storage.s3.path-style")
                .hasSizeLessThanOrEqualTo(12);
    }

    @Test
    void takesWhatItKnows() {
        Config config = config(Map.of("unipkg.data", "/data", "unipkg.storage.kind", "s3", "quarkus.http.port", "1"));
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
    }

    private static Config config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build();
    }
}
