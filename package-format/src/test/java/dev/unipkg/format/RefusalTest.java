package dev.unipkg.format;

import static dev.unipkg.format.Golden.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RefusalTest {

    /// The codes are part of the API: programs decide by them. Removing or renaming one breaks somebody.
    @Test
    void theCodesAndSentencesAreThoseThatAreDocumented() throws ReflectiveOperationException {
        TreeMap<String, String> sentences = new TreeMap<>();
        for (Class<?> type : cases(Refusal.class)) {
            Refusal refusal = example(type);
            if (!(refusal instanceof DocumentRefusal.AtLine)) {
                assertThat(sentences.put(refusal.code(), refusal.message()))
                        .as("two refusals have the code %s", refusal.code())
                        .isNull();
            }
        }
        StringBuilder list = new StringBuilder();
        sentences.forEach((code, sentence) ->
                list.append(code).append(": ").append(sentence).append('\n'));
        assertGolden("refusals.txt", list.toString());
    }

    @Test
    void textFromOutsideCannotActOnATerminalOrHide() {
        assertThat(Refusal.quoted("a\u001b[31mb\u202ec\nd")).isEqualTo("\"a\\u{1b}[31mb\\u{202e}c\\u{a}d\"");
        assertThat(Refusal.quoted("x".repeat(500))).hasSize(203).endsWith("…\"");
    }

    @Test
    void anExceptionCarriesItsRefusal() {
        Refusal refusal = new ArchiveRefusal.Bomb(100);
        assertThat(refusal.asException().refusal()).isEqualTo(refusal);
        assertThat(refusal.asException()).hasMessage(refusal.message());
    }

    private static List<Class<?>> cases(Class<?> sealed) {
        List<Class<?>> cases = new ArrayList<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isRecord()) {
                cases.add(permitted);
            } else {
                cases.addAll(cases(permitted));
            }
        }
        return cases;
    }

    private static Refusal example(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components).map(RefusalTest::value).toArray();
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return (Refusal) constructor.newInstance(values);
    }

    private static Object value(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return "<" + component.getName() + ">";
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
                    : List.of("<" + component.getName() + ">");
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
        if (DocumentRefusal.class.isAssignableFrom(type)) {
            return new DocumentRefusal.ByteOrderMark();
        }
        throw new IllegalStateException("no example of " + type);
    }
}
