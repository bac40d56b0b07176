package dev.unipkg.format.json;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// The fields that a specification gives an object, and the objects within them.
///
/// Go's `encoding/json` ignores the case of field names: it takes `Layers` for `layers`, and even a long s for
/// an s, and of two such keys the last one wins. Most OCI tools are written in Go, so a key that only folds to
/// a field's name is refused. Keys that fold to no field, and the keys of maps, mean the same to every reader.
public final class Shape {

    /// A value whose keys are data, as those of annotations, or that has no keys.
    public static final Shape FREE = new Shape(Map.of());

    // The two characters outside ASCII that Go folds to an ASCII letter.
    private static final char LONG_S = '\u017F';
    private static final char KELVIN = '\u212A';

    private final Map<String, Shape> fields;
    private final Map<String, String> names = new HashMap<>();

    private Shape(Map<String, Shape> fields) {
        this.fields = Map.copyOf(fields);
        fields.keySet().forEach(name -> names.put(fold(name), name));
    }

    /// A shape whose fields are all [#FREE].
    public static Shape of(String... names) {
        Map<String, Shape> fields = new LinkedHashMap<>();
        for (String name : names) {
            fields.put(name, FREE);
        }
        return new Shape(fields);
    }

    /// The same with one more field.
    ///
    /// @param value the shape of the field's value, or of each element where the value is an array
    public Shape with(String name, Shape value) {
        Map<String, Shape> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Shape(more);
    }

    /// Requires that no key of `object`, nor of the objects in its fields, is a field's name in another spelling.
    ///
    /// @throws RefusedException with a [DocumentRefusal.FoldedKey]
    public void require(Fields object) throws RefusedException {
        require("", object.object());
    }

    private void require(String path, Json json) throws RefusedException {
        if (json instanceof Json.Obj object) {
            requireObject(path, object);
        } else if (json instanceof Json.Arr array) {
            requireEach(path, array);
        }
    }

    private void requireEach(String path, Json.Arr array) throws RefusedException {
        if (!fields.isEmpty()) {
            for (int i = 0; i < array.elements().size(); i++) {
                require(path + "[" + i + "]", array.elements().get(i));
            }
        }
    }

    private void requireObject(String path, Json.Obj object) throws RefusedException {
        if (fields.isEmpty()) {
            return;
        }
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
            String key = member.getKey();
            Shape value = fields.get(key);
            if (value != null) {
                value.require(Fields.child(path, key), member.getValue());
                continue;
            }
            String field = names.get(fold(key));
            if (field != null) {
                throw new DocumentRefusal.FoldedKey(Fields.child(path, key), field).asException();
            }
        }
    }

    private static String fold(String key) {
        return key.replace(LONG_S, 's').replace(KELVIN, 'k').toLowerCase(Locale.ROOT);
    }
}
