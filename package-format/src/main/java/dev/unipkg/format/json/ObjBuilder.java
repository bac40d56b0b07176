package dev.unipkg.format.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/// Builds a JSON object. The `IfPresent` and `IfAny` forms leave out an empty [Optional], collection or map, as OCI's
/// `omitempty` does.
public final class ObjBuilder {

    private final SequencedMap<String, Json> members = new LinkedHashMap<>();

    ObjBuilder() {}

    public ObjBuilder put(String key, Json value) {
        if (members.putIfAbsent(key, value) != null) {
            throw new IllegalStateException("the key is there already: " + key);
        }
        return this;
    }

    public ObjBuilder put(String key, String value) {
        return put(key, new Json.Text(value));
    }

    public ObjBuilder put(String key, long value) {
        return put(key, Json.Num.of(value));
    }

    public ObjBuilder put(String key, boolean value) {
        return put(key, new Json.Bool(value));
    }

    /// Puts the text form of the value, or nothing.
    public ObjBuilder putIfPresent(String key, Optional<?> value) {
        value.ifPresent(v -> put(key, v instanceof Json json ? json : new Json.Text(v.toString())));
        return this;
    }

    /// Puts the number, or nothing where it is 0 or less.
    public ObjBuilder putIfPositive(String key, long value) {
        return value > 0 ? put(key, value) : this;
    }

    /// Puts an array of texts, or nothing where there are none.
    public ObjBuilder putIfAny(String key, Collection<?> values) {
        return values.isEmpty() ? this : put(key, Json.texts(values));
    }

    /// Puts an object of texts in the map's order, or nothing where there are none.
    public ObjBuilder putIfAny(String key, Map<String, ?> values) {
        return values.isEmpty() ? this : putTexts(key, values);
    }

    /// Puts an object of texts in the map's order.
    public ObjBuilder putTexts(String key, Map<String, ?> values) {
        ObjBuilder texts = new ObjBuilder();
        values.forEach((name, value) -> texts.put(name, value.toString()));
        return put(key, texts.build());
    }

    /// Puts an array with one element for each value.
    public <T> ObjBuilder putAll(String key, Iterable<T> values, Function<T, ? extends Json> toJson) {
        return put(key, array(values, toJson));
    }

    public Json.Obj build() {
        return new Json.Obj(members);
    }

    static <T> Json.Arr array(Iterable<T> values, Function<? super T, ? extends Json> toJson) {
        List<Json> elements = new ArrayList<>();
        for (T value : values) {
            elements.add(toJson.apply(value));
        }
        return new Json.Arr(elements);
    }
}
