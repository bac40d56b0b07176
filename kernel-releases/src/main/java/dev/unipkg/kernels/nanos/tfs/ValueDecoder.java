package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.RefusedException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decodes the records of one log, in order, keeping the dictionary (see the package). Works without recursion,
/// so a record cannot exhaust the stack, and counts what it makes, so that it cannot exhaust the heap.
final class ValueDecoder {

    /// A tuple or vector whose members are being read.
    private static final class Open {
        final Decoded composite;
        long left;
        int index;

        @Nullable String name;

        Open(Decoded composite, long left) {
            this.composite = composite;
            this.left = left;
        }
    }

    private record Header(boolean immediate, int type, long length) {}

    private static final Decoded NOTHING = new Decoded.Leaf(new Value.Nothing());

    private final TfsLimits limits;

    /// Tuples, vectors and symbols (as [String]); entry n is at index n-1.
    private final List<Object> dictionary = new ArrayList<>();

    private final Set<String> symbols = new HashSet<>();
    private final Set<String> repeated = new HashSet<>();
    private int values;

    ValueDecoder(TfsLimits limits) {
        this.limits = limits;
    }

    /// The root, once a record has been decoded.
    Optional<Decoded.Tuple> root() {
        return dictionary.isEmpty() ? Optional.empty() : Optional.of((Decoded.Tuple) dictionary.getFirst());
    }

    /// Symbols that were written out although they had a number.
    Set<String> repeatedSymbols() {
        return repeated;
    }

    /// Decodes one record.
    void decode(Cursor record, boolean oldEncoding) throws RefusedException {
        Deque<Open> stack = new ArrayDeque<>();
        Decoded first = value(record, oldEncoding, stack);
        if (!(first instanceof Decoded.Tuple)) {
            throw record.broken("has a record that is not a tuple");
        }
        while (!stack.isEmpty()) {
            Open open = stack.getLast();
            if (open.left == 0) {
                stack.removeLast();
                continue;
            }
            open.left--;
            if (open.composite instanceof Decoded.Tuple) {
                open.name = symbol(record, oldEncoding);
            }
            put(open, value(record, oldEncoding, stack));
            if (stack.size() > limits.tupleDepth()) {
                throw record.broken("has tuples that nest deeper than " + limits.tupleDepth() + " levels");
            }
        }
    }

    private static void put(Open open, @Nullable Decoded value) {
        switch (open.composite) {
            case Decoded.Tuple tuple -> {
                String name = Objects.requireNonNull(open.name);
                if (value == null) {
                    tuple.remove(name);
                } else {
                    tuple.set(name, value);
                }
            }
            case Decoded.Vector vector -> vector.put(open.index++, value == null ? NOTHING : value);
            case Decoded.Leaf _ -> throw new IllegalStateException("a leaf has no members");
        }
    }

    private String symbol(Cursor record, boolean oldEncoding) throws RefusedException {
        Header header = header(record, oldEncoding);
        if (!header.immediate()) {
            return entry(record, header.length(), String.class);
        }
        String name = record.text(header.length());
        if (!symbols.add(name)) {
            repeated.add(name);
        }
        count(record);
        dictionary.add(name);
        return name;
    }

    /// Reads a value, pushing it on the stack if it has members to come; null for a removal.
    private @Nullable Decoded value(Cursor record, boolean oldEncoding, Deque<Open> stack) throws RefusedException {
        Header header = header(record, oldEncoding);
        count(record);
        return switch (header.type()) {
            case ValueEncoder.SYMBOL -> untyped(record, header);
            case ValueEncoder.TUPLE -> {
                Decoded.Tuple tuple = header.immediate()
                        ? added(new Decoded.Tuple())
                        : entry(record, record.varint(), Decoded.Tuple.class);
                stack.addLast(new Open(tuple, header.length()));
                yield tuple;
            }
            case ValueEncoder.VECTOR -> {
                Decoded.Vector vector = header.immediate()
                        ? added(new Decoded.Vector())
                        : entry(record, record.varint(), Decoded.Vector.class);
                stack.addLast(new Open(vector, header.length()));
                yield vector;
            }
            case ValueEncoder.INTEGER -> {
                BigInteger magnitude = new BigInteger(Long.toUnsignedString(record.unsignedVarint()));
                yield new Decoded.Leaf(new Value.Number(header.length() == 0 ? magnitude : magnitude.negate()));
            }
            case ValueEncoder.STRING -> {
                if (!header.immediate()) {
                    throw record.broken("has a string written as a reference");
                }
                yield new Decoded.Leaf(new Value.Text(record.text(header.length())));
            }
            default -> throw record.broken("has a value of the unknown type " + header.type());
        };
    }

    private @Nullable Decoded untyped(Cursor record, Header header) throws RefusedException {
        if (!header.immediate()) {
            return new Decoded.Leaf(new Value.Text(entry(record, header.length(), String.class)));
        }
        if (header.length() == 0) {
            return null;
        }
        String text = record.text(header.length());
        return text.equals("\0") ? NOTHING : new Decoded.Leaf(new Value.Text(text));
    }

    private static Header header(Cursor record, boolean oldEncoding) throws RefusedException {
        int first = record.u8();
        boolean more = (first & (oldEncoding ? 0x20 : 0x08)) != 0;
        long length = first & (oldEncoding ? 0x1f : 0x07);
        while (more) {
            int next = record.u8();
            if (length > Integer.MAX_VALUE >> 7) {
                throw record.broken("has a length of more than 31 bits");
            }
            length = length << 7 | next & 0x7f;
            more = next >= 0x80;
        }
        return new Header(first >= 0x80, oldEncoding ? first >> 6 & 1 : first >> 4 & 7, length);
    }

    private <T> T added(T composite) {
        dictionary.add(composite);
        return composite;
    }

    private <T> T entry(Cursor record, long number, Class<T> type) throws RefusedException {
        if (number < 1 || number > dictionary.size()) {
            throw record.broken("refers to dictionary entry " + number + " of " + dictionary.size());
        }
        Object entry = dictionary.get((int) number - 1);
        if (!type.isInstance(entry)) {
            throw record.broken("refers to dictionary entry " + number + ", which is of another type");
        }
        return type.cast(entry);
    }

    private void count(Cursor record) throws RefusedException {
        if (++values > limits.values()) {
            throw record.broken("holds more than " + limits.values() + " values");
        }
    }
}
