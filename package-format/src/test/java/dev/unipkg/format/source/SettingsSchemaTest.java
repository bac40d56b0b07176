package dev.unipkg.format.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The JSON schema for editors accepts the same settings file as the parser.
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

    /// The same value as a number, a truth value and a text.
    @Test
    void theSchemaTakesWhatTheParserTakes() throws IOException {
        for (String yaml : List.of(
                PackageSettingsTest.EVERYTHING,
                "program: /app",
                "program: /app\nuser: 1000",
                "program: /app\nuser: postgres:ssl-cert",
                "program: /app\ncpus: '2'\nreadiness: {port: '80'}\nports: ['65535/udp', '80', 443]",
                "program: /app\nreadiness: {http: /, port: 80}",
                "program: /app\nreadiness: {tcp: '80'}",
                "program: /app\nreadiness: {console: ready}",
                "program: /app\nreadiness: none",
                "program: /app\nresume: safe",
                "program: /app\nresume: never",
                "program: /app\nresume: {safe: 'true'}",
                "program: /app\nresume: {clock: any, safe: true}",
                "program: /app\nfiles: {/a: {text: x, executable: 'true'}, /: ./rootfs/, /b: ., /c: {root: /}}",
                "program: /app\nworkdir: /\nlibraries: [/opt/lib/liba.so, libstdc++.so.6]\nkernel: linux",
                "program: /...\nmemory: 16 TiB\nwritable: 100m\nversion: 1.10\nfiles: {/x: {from: ..a/b..}}")) {
            PackageSettings _ = PackageSettings.read(yaml.getBytes(StandardCharsets.UTF_8));
            assertThat(validator().validate(yaml, InputFormat.YAML)).as(yaml).isEmpty();
        }
    }

    static Stream<Arguments> refused() {
        Set<String> mattersOfYaml =
                Set.of("duplicate-key", "malformed", "trailing-data", "too-deep", "byte-order-mark");
        Stream<Arguments> more = Stream.of(
                        "program: /app\nports: [99999/tcp]",
                        "program: /app\nports: ['65536']",
                        "program: /app\nvolumes: [/]",
                        "program: /app\nreadiness: {port: '70000'}",
                        "program: /app\ncpus: '1025'",
                        "program: /app\nmemory: 1 MB",
                        "program: /app\nfiles: {/a/./b: {text: x}}",
                        "program: /app\nfiles: {/a: {from: x, without: [..]}}")
                .map(yaml -> Arguments.of(yaml, "", ""));
        return Stream.concat(
                more,
                Stream.concat(PackageSettingsTest.wrong(), PackageSettingsTest.wrongAboutResuming())
                        .filter(sample -> !mattersOfYaml.contains(sample.get()[1]))
                        .filter(sample -> !sample.get()[0].toString().startsWith("? ")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void theSchemaRefusesWhatTheParserRefuses(String yaml) throws IOException {
        assertThatThrownBy(() -> PackageSettings.read(yaml.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RefusedException.class);
        assertThat(validator().validate(yaml, InputFormat.YAML)).isNotEmpty();
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

    private static JsonSchema validator() throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(REFERENCE.resolve("unipkg.schema.json")));
    }

    private static Json schema() throws IOException {
        return Json.parse(Files.readAllBytes(REFERENCE.resolve("unipkg.schema.json")), JsonLimits.DEFAULT);
    }

    private static List<String> pathTo(SettingKeys keys) {
        return switch (keys) {
            case TOP -> List.of();
            case FILE -> List.of("properties", "files", "additionalProperties", "oneOf", "1");
            case KERNEL -> List.of("properties", "kernel", "oneOf", "1");
            case READINESS -> List.of("properties", "readiness", "oneOf", "1");
            case RESUME -> List.of("properties", "resume", "oneOf", "1");
        };
    }
}
