package dev.unipkg.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {

    private static final String FIELD = "checksTokens";

    private static final Shape SHAPE = Shape.of("size", FIELD, "os.version")
            .with("annotations", Shape.FREE)
            .with("config", Shape.of("size"))
            .with("layers", Shape.of("size"));

    @ParameterizedTest
    @ValueSource(strings = {"Size", "SIZE", "\u017Fize", "sIze", "OS.Version", "o\u017F.ver\u017Fion"})
    void keyInAnotherSpellingIsRefusedAloneAndBesideTheField(String key) {
        String field = key.length() == 4 ? "size" : "os.version";
        assertRefused("{\"%s\":1}".formatted(key), key, field);
        assertRefused("{\"%s\":1,\"%s\":1}".formatted(field, key), key, field);
    }

    @Test
    void keyInAnotherSpellingIsRefusedAtEveryLevel() {
        assertRefused("{\"config\":{\"Size\":1}}", "config.Size", "size");
        assertRefused("{\"layers\":[{},{\"size\":1,\"Size\":2}]}", "layers[1].Size", "size");
        assertRefused("{\"layers\":[[{\"Size\":2}]]}", "layers[0][0].Size", "size");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"annotations\":{\"Size\":\"1\",\"size\":\"2\"}}",
                "{\"sizes\":1,\"s\u0456ze\":2,\"s\u0131ze\":3,\"s\u0130ze\":4,\" size\":5}",
                "{\"other\":{\"Size\":1}}",
                "{\"size\":{\"Size\":1}}"
            })
    void keyThatFoldsToNoFieldIsFree(String json) throws RefusedException {
        SHAPE.require(Json.parseObject(json.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT));
    }

    /// The two folds that leave ASCII are those of the Unicode simple case folding for `k` and `s`.
    @Property
    void everyFoldOfAFieldIsRefused(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < FIELD.length(); i++) {
            char c = FIELD.charAt(i);
            String forms = switch (Character.toLowerCase(c)) {
                case 'k' -> "kK\u212A";
                case 's' -> "sS\u017F";
                default -> "" + Character.toLowerCase(c) + Character.toUpperCase(c);
            };
            key.append(forms.charAt(random.nextInt(forms.length())));
        }
        if (!key.toString().equals(FIELD)) {
            assertRefused("{\"" + key + "\":1}", key.toString(), FIELD);
        }
    }

    private static void assertRefused(String json, String path, String field) {
        assertThatThrownBy(() ->
                        SHAPE.require(Json.parseObject(json.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(new DocumentRefusal.FoldedKey(path, field)));
    }
}
