package dev.unipkg.format.json;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The members of a JSON object by name and type. A member that is missing or of another type is refused with its path
/// in the document; members that are never read are ignored; `null` counts as absent, as in Go.
public final class Fields {

    private final String path;
    private final Json.Obj object;

    private Fields(String path, Json.Obj object) {
        this.path = path;
        this.object = object;
    }

    /// The members of `json`, which must be an object.
    public static Fields of(Json json) throws RefusedException {
        return new Fields("", as(Json.Obj.class, json, "the document", "an object"));
    }

    /// The object itself.
    public Json.Obj object() {
        return object;
    }

    /// The path of a member in the document, as in `layers[2].digest`.
    public String path(String key) {
        return child(path, key);
    }

    public Optional<Json> optional(String key) {
        Json value = object.members().get(key);
        return value == null || value instanceof Json.Null ? Optional.empty() : Optional.of(value);
    }

    public String text(String key) throws RefusedException {
        return required(key, optionalText(key));
    }

    public Optional<String> optionalText(String key) throws RefusedException {
        Optional<Json> value = optional(key);
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        member(Json.Text.class, key, value.get(), "a text").value());
    }

    /// An integer between `min` and `max`, both included.
    public long number(String key, long min, long max) throws RefusedException {
        return required(key, optionalNumber(key, min, max));
    }

    /// An integer between `min` and `max`, both included.
    public Optional<Long> optionalNumber(String key, long min, long max) throws RefusedException {
        Optional<Json> value = optional(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal number = member(Json.Num.class, key, value.get(), "a number").value();
        boolean inRange =
                number.compareTo(BigDecimal.valueOf(min)) >= 0 && number.compareTo(BigDecimal.valueOf(max)) <= 0;
        if (!inRange || number.scale() > 0) {
            throw invalid(key, number.toPlainString(), "an integer from " + min + " to " + max);
        }
        return Optional.of(number.longValueExact());
    }

    public Optional<Boolean> optionalFlag(String key) throws RefusedException {
        Optional<Json> value = optional(key);
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(member(Json.Bool.class, key, value.get(), "true or false")
                        .value());
    }

    public boolean flag(String key) throws RefusedException {
        return required(key, optionalFlag(key));
    }

    public Fields fields(String key) throws RefusedException {
        return required(key, optionalFields(key));
    }

    public Optional<Fields> optionalFields(String key) throws RefusedException {
        Optional<Json> value = optional(key);
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(new Fields(path(key), member(Json.Obj.class, key, value.get(), "an object")));
    }

    /// An array of objects, each read by `reader`; an absent array has none.
    public <T> List<T> list(String key, Reader<T> reader) throws RefusedException {
        List<T> list = new ArrayList<>();
        for (Json element : elements(key)) {
            String elementPath = path(key) + "[" + list.size() + "]";
            list.add(reader.read(new Fields(elementPath, as(Json.Obj.class, element, elementPath, "an object"))));
        }
        return List.copyOf(list);
    }

    /// An array of texts; an absent array has none.
    public List<String> texts(String key) throws RefusedException {
        return values(key, "a text", text -> text);
    }

    /// An array of texts, each turned into a value by `parser`, whose [IllegalArgumentException] is refused.
    ///
    /// @param expected what the values are, as in "a digest"
    public <T> List<T> values(String key, String expected, Parser<T> parser) throws RefusedException {
        List<T> values = new ArrayList<>();
        for (Json element : elements(key)) {
            String elementPath = path(key) + "[" + values.size() + "]";
            values.add(parsed(textOf(element, elementPath), elementPath, expected, parser));
        }
        return List.copyOf(values);
    }

    /// An object of texts; an absent one has none.
    public SortedMap<String, String> textMap(String key) throws RefusedException {
        SortedMap<String, String> map = new TreeMap<>();
        Optional<Fields> fields = optionalFields(key);
        if (fields.isPresent()) {
            for (var member : fields.get().object.members().entrySet()) {
                map.put(member.getKey(), textOf(member.getValue(), fields.get().path(member.getKey())));
            }
        }
        return map;
    }

    /// The names of an object's members, whatever their values; an absent object has none.
    public List<String> keys(String key) throws RefusedException {
        Optional<Fields> fields = optionalFields(key);
        return fields.isEmpty()
                ? List.of()
                : List.copyOf(fields.get().object.members().keySet());
    }

    /// A text turned into a value by `parser`, whose [IllegalArgumentException] is refused.
    ///
    /// @param expected what the value is, as in "a digest"
    public <T> T value(String key, String expected, Parser<T> parser) throws RefusedException {
        return required(key, optionalValue(key, expected, parser));
    }

    /// A text turned into a value by `parser`, whose [IllegalArgumentException] is refused; empty where it is absent.
    public <T> Optional<T> optionalValue(String key, String expected, Parser<T> parser) throws RefusedException {
        Optional<String> text = optionalText(key);
        try {
            return text.map(parser::parse);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(new DocumentRefusal.InvalidValue(path(key), text.orElse(""), expected), e);
        }
    }

    /// A moment as RFC 3339 writes it, in UTC.
    public Instant time(String key) throws RefusedException {
        return required(key, optionalTime(key));
    }

    /// A moment as RFC 3339 writes it, in UTC; empty where it is absent.
    public Optional<Instant> optionalTime(String key) throws RefusedException {
        Optional<String> text = optionalText(key);
        try {
            return text.map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw new RefusedException(
                    new DocumentRefusal.InvalidValue(path(key), text.orElse(""), "a time as in 2026-01-31T23:59:59Z"),
                    e);
        }
    }

    /// An object of texts, each turned into a value by `parser`; an absent one has none.
    ///
    /// @param expected what the values are, as in "a digest"
    public <T> SortedMap<String, T> valueMap(String key, String expected, Parser<T> parser) throws RefusedException {
        SortedMap<String, T> map = new TreeMap<>();
        for (var member : textMap(key).entrySet()) {
            map.put(member.getKey(), parsed(member.getValue(), child(path(key), member.getKey()), expected, parser));
        }
        return map;
    }

    /// The exception that says that a member has a value it cannot have.
    public RefusedException invalid(String key, String value, String expected) {
        return new DocumentRefusal.InvalidValue(path(key), value, expected).asException();
    }

    /// Turns the members of an object into a value.
    @FunctionalInterface
    public interface Reader<T> {
        T read(Fields fields) throws RefusedException;
    }

    /// Turns a text into a value, or throws [IllegalArgumentException].
    @FunctionalInterface
    public interface Parser<T> {
        T parse(String text);
    }

    static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private List<Json> elements(String key) throws RefusedException {
        Optional<Json> value = optional(key);
        return value.isEmpty()
                ? List.of()
                : member(Json.Arr.class, key, value.get(), "an array").elements();
    }

    private <T> T required(String key, Optional<T> value) throws RefusedException {
        if (value.isEmpty()) {
            throw new DocumentRefusal.MissingField(path(key)).asException();
        }
        return value.get();
    }

    private static <T> T parsed(String text, String path, String expected, Parser<T> parser) throws RefusedException {
        try {
            return parser.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(new DocumentRefusal.InvalidValue(path, text, expected), e);
        }
    }

    // Only a refusal needs the path, and a document has many members.
    private <T extends Json> T member(Class<T> type, String key, Json value, String expected) throws RefusedException {
        return type.isInstance(value) ? type.cast(value) : as(type, value, path(key), expected);
    }

    private static String textOf(Json json, String path) throws RefusedException {
        return as(Json.Text.class, json, path, "a text").value();
    }

    private static <T extends Json> T as(Class<T> type, Json json, String path, String expected)
            throws RefusedException {
        if (!type.isInstance(json)) {
            throw new DocumentRefusal.WrongType(path, expected, json.kind()).asException();
        }
        return type.cast(json);
    }
}
