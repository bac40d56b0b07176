package dev.unipkg.format;

import static dev.unipkg.format.Golden.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RefusalTest {

    private static final String INTRODUCTION = """
            # Refusals

            Every reason to say no has a code that never changes and a sentence for people. The code is the last part of
            `type` in a problem of the HTTP API, and `code` in what `pkg --output json` prints. Words in *italics* stand
            for what the sentence is about; numbers, digests and names are examples.
            """;

    private static final Map<Class<?>, String> TITLES = Map.of(
            ArchiveRefusal.class, "Layers and trees",
            ContentRefusal.class, "Bytes",
            DocumentRefusal.class, "JSON documents and settings files",
            NameRefusal.class, "Names",
            ProgramRefusal.class, "Programs and kernels",
            PublishRefusal.class, "Publishing");

    /// The codes are part of the API: programs decide by them. Removing or renaming one breaks them.
    @Test
    void theReferenceListsEveryCodeWithItsSentence() throws ReflectiveOperationException {
        StringBuilder reference = new StringBuilder(INTRODUCTION);
        Set<String> codes = new HashSet<>();
        for (Class<?> group : Refusal.class.getPermittedSubclasses()) {
            TreeMap<String, String> sentences = new TreeMap<>();
            for (Class<?> type : group.getPermittedSubclasses()) {
                Refusal refusal = example(type);
                if (!(refusal instanceof DocumentRefusal.AtLine) && !(refusal instanceof DocumentRefusal.InFile)) {
                    sentences.put(refusal.code(), refusal.message());
                    assertThat(codes.add(refusal.code())).as(refusal.code()).isTrue();
                }
            }
            reference.append("\n## ").append(TITLES.get(group)).append("\n\n| code | sentence |\n|---|---|\n");
            sentences.forEach((code, sentence) -> reference
                    .append("| `")
                    .append(code)
                    .append("` | ")
                    .append(sentence.replaceAll("([0-9a-z])\\1{60,}", "…")
                            .replace("<", "*")
                            .replace(">", "*"))
                    .append(" |\n"));
        }
        assertGolden("../../../../../docs/reference/refusals.md", reference.toString());
    }

    @Test
    void textFromOutsideCannotActOnATerminalOrHide() {
        assertThat(Refusal.quoted("a\u001b[31mb\u202ec\nd")).isEqualTo("\"a\\u{1b}[31mb\\u{202e}c\\u{a}d\"");
        assertThat(Refusal.quoted("x".repeat(500))).hasSize(203).endsWith("…\"");
    }

    @Test
    void noSentenceHoldsACharacterThatActsOnATerminal() throws ReflectiveOperationException {
        String evil = "a\u001b[2J\r\nb\u009bc\u202ed\u2028e";
        for (Class<?> group : Refusal.class.getPermittedSubclasses()) {
            for (Class<?> type : group.getPermittedSubclasses()) {
                assertThat(example(type, evil).message())
                        .as(type.getSimpleName())
                        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}]");
            }
        }
    }

    @Test
    void anExceptionCarriesItsRefusal() {
        Refusal refusal = new ArchiveRefusal.Bomb(100);
        assertThat(refusal.asException().refusal()).isEqualTo(refusal);
        assertThat(refusal.asException()).hasMessage(refusal.message());
    }

    private static Refusal example(Class<?> type) throws ReflectiveOperationException {
        return example(type, "<%s>");
    }

    /// @param text what every text of it is, `%s` being the name of its component
    private static Refusal example(Class<?> type, String text) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components)
                .map(component -> value(component, text))
                .toArray();
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return (Refusal) constructor.newInstance(values);
    }

    private static Object value(RecordComponent component, String text) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return text.replace("%s", component.getName());
        }
        if (type == int.class) {
            return 7;
        }
        if (type == long.class) {
            return 77L;
        }
        if (type == Digest.class) {
            return new Digest((component.getName().equals("actual") ? "a" : "e").repeat(64));
        }
        if (type == List.class) {
            return component.getGenericType().toString().contains("Digest")
                    ? List.of(new Digest("d".repeat(64)))
                    : List.of(text.replace("%s", component.getName()));
        }
        if (type == PackageName.class) {
            return PackageName.parse("acme/web");
        }
        if (type == Version.class) {
            return new Version("1.0");
        }
        if (type == Arch.class) {
            return Arch.X86_64;
        }
        if (Refusal.class.isAssignableFrom(type)) {
            return new DocumentRefusal.ByteOrderMark();
        }
        throw new IllegalStateException("no example of " + type);
    }
}
