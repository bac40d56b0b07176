package dev.unipkg.format.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What editors are told about the settings file is what its parser accepts.
class SettingsSchemaTest {

    private static final Path REFERENCE = Path.of("../docs/reference");

    @ParameterizedTest
    @EnumSource
    void theSchemaKnowsTheKeysThatTheParserAccepts(SettingKeys keys) throws IOException {
        Json section = schema();
        for (String step : pathTo(keys)) {
            section = switch (section) {
                case Json.Obj(var members) -> members.getOrDefault(step, Json.NULL);
                case Json.Arr(var elements) -> elements.get(Integer.parseInt(step));
                default -> throw new AssertionError("no " + step + " in the schema");
            };
        }
        Json.Obj object = (Json.Obj) section;
        assertThat(((Json.Obj) object.members().getOrDefault("properties", Json.NULL))
                        .members()
                        .keySet())
                .containsExactlyElementsOf(keys.names());
        assertThat(object.members()).containsEntry("additionalProperties", new Json.Bool(false));
    }

    @ParameterizedTest
    @EnumSource
    void theReferenceExplainsEveryKey(SettingKeys keys) throws IOException {
        String reference = Files.readString(REFERENCE.resolve("settings.md"));
        assertThat(keys.names()).allSatisfy(key -> assertThat(reference).contains("`" + key + "`"));
    }

    @Test
    void theExampleOfTheReferenceIsRead() throws IOException {
        Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(REFERENCE.resolve("settings.md")));
        assertThat(example.find()).isTrue();
        PackageSettings settings = PackageSettings.read(example.group(1).getBytes(StandardCharsets.UTF_8));
        assertThat(settings.program()).isEqualTo("/usr/sbin/web");
        assertThat(settings.contents().files()).hasSize(5);
    }

    private static Json schema() throws IOException {
        return Json.parse(Files.readAllBytes(REFERENCE.resolve("unipkg.schema.json")), JsonLimits.DEFAULT);
    }

    private static List<String> pathTo(SettingKeys keys) {
        return switch (keys) {
            case TOP -> List.of();
            case FILE -> List.of("properties", "files", "additionalProperties", "oneOf", "1");
            case KERNEL -> List.of("properties", "kernel", "oneOf", "1");
            case READINESS -> List.of("properties", "readiness");
        };
    }
}
