package dev.unipkg.kernels.nanos.tfs;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The value of a tuple's attribute. The kernel expects [Text] nearly everywhere: a flag is present or absent, a number
/// is decimal text.
///
/// Bytes that are not UTF-8 appear in texts and names as the lone surrogates U+DC80 to U+DCFF, one for a byte,
/// so that every name is a different text.
public sealed interface Value {

    /// A string.
    record Text(String text) implements Value {
        @Override
        public String toString() {
            return text;
        }
    }

    /// An integer of at most 64 bits beside its sign.
    record Number(BigInteger number) implements Value {
        @Override
        public String toString() {
            return number.toString();
        }
    }

    /// Present, and nothing more.
    record Nothing() implements Value {
        @Override
        public String toString() {
            return "()";
        }
    }

    /// A list of values.
    record Vector(List<Value> elements) implements Value {
        public Vector {
            elements = List.copyOf(elements);
        }
    }

    /// Attributes by name, in the order in which they are written.
    record Tuple(SequencedMap<String, Value> members) implements Value {
        /// A tuple with nothing in it.
        public static final Tuple EMPTY = new Tuple(new LinkedHashMap<>());

        public Tuple {
            members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
            if (members.containsKey("")) {
                throw new IllegalArgumentException("an attribute has no name");
            }
        }

        /// This tuple with `name` set to `value`; at the end if it is new.
        public Tuple with(String name, Value value) {
            SequencedMap<String, Value> changed = new LinkedHashMap<>(members);
            changed.put(name, value);
            return new Tuple(changed);
        }
    }

    /// A string.
    static Text text(String text) {
        return new Text(text);
    }

    /// A list of strings.
    static Vector texts(List<String> texts) {
        return new Vector(texts.stream().<Value>map(Text::new).toList());
    }

    /// A tuple of strings.
    static Tuple texts(Map<String, String> texts) {
        SequencedMap<String, Value> members = new LinkedHashMap<>();
        texts.forEach((name, text) -> members.put(name, new Text(text)));
        return new Tuple(members);
    }
}
