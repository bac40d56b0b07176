package dev.unipkg.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.ObjBuilder;
import dev.unipkg.format.oci.UnikernelSettings;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/// How the values of one Java type stand in JSON.
///
/// @param reader reads the member of this name
/// @param writer makes the JSON of a value; [Json#NULL] for an empty [Optional]
record RecordShape(Reader reader, Function<Object, Json> writer) {

    private static final RecordShape LONG = number((fields, key) -> fields.number(key, 0, Json.Num.MAX));

    private static final Map<Class<?>, RecordShape> PLAIN = Map.of(
            boolean.class,
            new RecordShape(Fields::flag, value -> new Json.Bool((Boolean) value)),
            int.class,
            number((fields, key) -> (int) fields.number(key, 0, Integer.MAX_VALUE)),
            long.class,
            LONG,
            Long.class,
            LONG,
            UnikernelSettings.class,
            new RecordShape(
                    (fields, key) -> UnikernelSettings.of(fields.fields(key)),
                    value -> ((UnikernelSettings) value).toJson()));

    private static final Map<Class<?>, TextForm<?>> TEXTS = Map.of(
            String.class, new TextForm<>("a text", text -> text),
            Arch.class, new TextForm<>("an architecture", Arch::of),
            Digest.class, new TextForm<>("a digest", Digest::parse),
            Instant.class, new TextForm<>("a time as in 2026-01-31T23:59:59Z", RecordShape::time),
            PackageName.class, new TextForm<>("namespace/name", PackageName::parse),
            Version.class, new TextForm<>("a version", Version::new),
            LocalDate.class, new TextForm<>("a day as in 2026-01-31", RecordShape::day));

    /// Reads a member of an object.
    @FunctionalInterface
    interface Reader {
        Object read(Fields fields, String key) throws RefusedException;
    }

    /// The text form of values, which their `toString` writes.
    ///
    /// @param expected the form in words
    private record TextForm<T>(String expected, Fields.Parser<T> parser) {
        Json write(Object value) {
            return new Json.Text(value.toString());
        }
    }

    /// The shape of a component's type.
    static RecordShape of(Type type) {
        if (!(type instanceof ParameterizedType generic)) {
            return ofClass((Class<?>) type);
        }
        Type[] arguments = generic.getActualTypeArguments();
        Class<?> last = (Class<?>) arguments[arguments.length - 1];
        return switch (((Class<?>) generic.getRawType()).getSimpleName()) {
            case "Optional" -> optional(ofClass(last));
            case "List" -> list(last, ofClass(last));
            case "SortedSet" -> sorted(list(last, ofClass(last)));
            case "SortedMap" -> map(textForm(last).orElseThrow());
            default -> throw new IllegalArgumentException("no component of the API can be a " + type);
        };
    }

    private static RecordShape ofClass(Class<?> type) {
        RecordShape plain = PLAIN.get(type);
        return plain != null
                ? plain
                : textForm(type)
                        .map(form -> new RecordShape(
                                (fields, key) -> fields.value(key, form.expected(), form.parser()), form::write))
                        .orElseGet(() -> new RecordShape(
                                (fields, key) -> RecordCodec.of(type).read(fields.fields(key)), RecordShape::document));
    }

    private static RecordShape number(Reader reader) {
        return new RecordShape(reader, value -> new Json.Num(BigDecimal.valueOf(((Number) value).longValue())));
    }

    private static RecordShape optional(RecordShape value) {
        return new RecordShape(
                (fields, key) -> fields.optional(key).isEmpty()
                        ? Optional.empty()
                        : Optional.of(value.reader().read(fields, key)),
                optional -> ((Optional<?>) optional)
                        .map(present -> value.writer().apply(present))
                        .orElse(Json.NULL));
    }

    private static RecordShape list(Class<?> type, RecordShape element) {
        Optional<TextForm<?>> form = textForm(type);
        return new RecordShape(
                form.isPresent()
                        ? (fields, key) -> fields.values(
                                key, form.get().expected(), form.get().parser())
                        : (fields, key) ->
                                fields.list(key, each -> RecordCodec.of(type).read(each)),
                values -> {
                    List<Json> elements = new ArrayList<>();
                    ((Collection<?>) values)
                            .forEach(value -> elements.add(element.writer().apply(value)));
                    return new Json.Arr(elements);
                });
    }

    private static RecordShape sorted(RecordShape list) {
        return new RecordShape(
                (fields, key) -> new TreeSet<>((List<?>) list.reader().read(fields, key)), list.writer());
    }

    private static RecordShape map(TextForm<?> value) {
        return new RecordShape((fields, key) -> fields.valueMap(key, value.expected(), value.parser()), map -> {
            ObjBuilder texts = Json.object();
            ((Map<?, ?>) map).forEach((key, each) -> texts.put(key.toString(), each.toString()));
            return texts.build();
        });
    }

    private static Optional<TextForm<?>> textForm(Class<?> type) {
        return type.isEnum() && type != Arch.class
                ? Optional.of(words(type.getEnumConstants()))
                : Optional.ofNullable(TEXTS.get(type));
    }

    private static TextForm<?> words(Object[] constants) {
        List<String> words = Arrays.stream(constants).map(Object::toString).toList();
        int last = words.size() - 1;
        return new TextForm<>(String.join(", ", words.subList(0, last)) + " or " + words.get(last), word -> {
            int found = words.indexOf(word);
            if (found < 0) {
                throw new IllegalArgumentException("none of the words: " + word);
            }
            return constants[found];
        });
    }

    private static Json document(Object value) {
        return ((ApiRecord) value).toJson();
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
