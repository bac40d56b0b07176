package dev.unipkg.format.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A settings file as a tree that still knows its lines. Scalars are texts whatever they look like: `1.10` is a version
/// and no number.
sealed interface Yaml {

    /// The line that it starts on, counted from 1.
    int line();

    /// A scalar.
    ///
    /// @param empty whether nothing at all was written, as behind `memory:`
    record Text(String value, boolean empty, int line) implements Yaml {}

    /// A sequence.
    record Items(List<Yaml> items, int line) implements Yaml {
        public Items {
            items = List.copyOf(items);
        }
    }

    /// A mapping with texts as keys, each once.
    record Mapping(SequencedMap<String, Yaml> members, Map<String, Integer> keyLines, int line) implements Yaml {
        public Mapping {
            members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
            keyLines = Map.copyOf(keyLines);
        }
    }

    /// The name of this kind of value in messages, as in "a list".
    default String kind() {
        return switch (this) {
            case Text text -> text.empty() ? "empty" : "a text";
            case Items _ -> "a list";
            case Mapping _ -> "a mapping";
        };
    }
}
