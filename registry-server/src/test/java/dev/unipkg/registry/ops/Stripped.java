package dev.unipkg.registry.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// JSON without some members, to compare the rest.
final class Stripped {

    private Stripped() {}

    /// @param without the members to leave out
    /// @param namespace entries of lists that are of another one are left out; other tests publish them
    static Object of(Object json, Set<String> without, String namespace) {
        return switch (json) {
            case Map<?, ?> object -> {
                Map<Object, Object> rest = new LinkedHashMap<>();
                object.forEach((key, value) -> {
                    if (!without.contains(String.valueOf(key))) {
                        rest.put(key, of(value, without, namespace));
                    }
                });
                yield rest;
            }
            case List<?> array ->
                array.stream()
                        .filter(value -> !(value instanceof Map<?, ?> entry)
                                || namespace.equals(String.valueOf(entry.get("namespace"))))
                        .map(value -> of(value, without, namespace))
                        .toList();
            default -> json;
        };
    }
}
