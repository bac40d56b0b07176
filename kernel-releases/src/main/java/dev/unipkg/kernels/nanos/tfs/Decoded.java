package dev.unipkg.kernels.nanos.tfs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The decoded values of a log. They form a graph, not a tree: a record may set attributes on any earlier tuple and may
/// name it in several places, so there may be hard links and, in a hostile image, loops.
sealed interface Decoded {

    /// A tuple, the same object wherever it is named.
    final class Tuple implements Decoded {
        private Map<String, Decoded> members = Map.of();

        void set(String name, Decoded value) {
            if (members.isEmpty()) {
                members = new LinkedHashMap<>(4);
            }
            members.put(name, value);
        }

        void remove(String name) {
            if (!members.isEmpty()) {
                members.remove(name);
            }
        }

        Map<String, Decoded> members() {
            return members;
        }

        Optional<Tuple> tuple(String name) {
            return members.get(name) instanceof Tuple tuple ? Optional.of(tuple) : Optional.empty();
        }
    }

    /// A vector, the same object wherever it is named.
    final class Vector implements Decoded {
        private final List<Decoded> elements = new ArrayList<>(2);

        /// Sets the element at `index`, which is at most one behind the last.
        void put(int index, Decoded value) {
            if (index < elements.size()) {
                elements.set(index, value);
            } else {
                elements.add(value);
            }
        }

        List<Decoded> elements() {
            return elements;
        }
    }

    /// A value with nothing inside.
    record Leaf(Value value) implements Decoded {}
}
