package dev.unipkg.kernels.nanos.tfs;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/// Encodes one record, value by value, keeping the dictionary (see the package). A caller announces how many
/// pairs a tuple has and then writes exactly that many symbols, each followed by its value.
final class ValueEncoder {

    static final int SYMBOL = 0;
    static final int TUPLE = 1;
    static final int VECTOR = 2;
    static final int INTEGER = 3;
    static final int STRING = 4;

    /// How deep attributes may nest: the kernel decodes them by recursion on a small stack.
    static final int MAX_ATTRIBUTE_DEPTH = 32;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, Integer> symbols = new HashMap<>();
    private int entries;

    byte[] record() {
        return out.toByteArray();
    }

    /// Begins a tuple; `pairs` times a [#symbol] and a value must follow.
    void tuple(int pairs) {
        header(true, TUPLE, pairs);
        entries++;
    }

    /// Begins a vector; `elements` values must follow.
    void vector(int elements) {
        header(true, VECTOR, elements);
        entries++;
    }

    /// The name of an attribute: its bytes the first time, its number in the dictionary ever after.
    void symbol(String name) {
        Integer known = symbols.get(name);
        if (known != null) {
            header(false, SYMBOL, known);
            return;
        }
        byte[] bytes = RawText.encode(name);
        header(true, SYMBOL, bytes.length);
        out.writeBytes(bytes);
        symbols.put(name, ++entries);
    }

    void text(String text) {
        byte[] bytes = RawText.encode(text);
        header(true, STRING, bytes.length);
        out.writeBytes(bytes);
    }

    /// An attribute whose value is text.
    void pair(String name, String text) {
        symbol(name);
        text(text);
    }

    void number(BigInteger number) {
        if (number.abs().bitLength() > 64) {
            throw new IllegalArgumentException("an integer has more than 64 bits: " + number);
        }
        header(true, INTEGER, number.signum() < 0 ? 1 : 0);
        varint(out, number.abs().longValue());
    }

    void nothing() {
        header(true, SYMBOL, 1);
        out.write(0);
    }

    void value(Value value) {
        value(value, 0);
    }

    private void value(Value value, int depth) {
        if (depth > MAX_ATTRIBUTE_DEPTH) {
            throw new IllegalArgumentException("attributes nest deeper than " + MAX_ATTRIBUTE_DEPTH + " levels");
        }
        switch (value) {
            case Value.Text(String text) -> text(text);
            case Value.Number(BigInteger number) -> number(number);
            case Value.Nothing() -> nothing();
            case Value.Vector(var elements) -> {
                vector(elements.size());
                elements.forEach(element -> value(element, depth + 1));
            }
            case Value.Tuple(var members) -> {
                tuple(members.size());
                members.forEach((name, member) -> {
                    symbol(name);
                    value(member, depth + 1);
                });
            }
        }
    }

    private void header(boolean immediate, int type, int length) {
        int bits = 32 - Integer.numberOfLeadingZeros(length);
        int more = bits <= 3 ? 0 : (bits - 3 + 6) / 7;
        out.write((immediate ? 0x80 : 0) | type << 4 | (more > 0 ? 0x08 : 0) | (int) ((long) length >> 7 * more));
        groups(out, length, more);
    }

    /// Writes `number`, taken as unsigned, in groups of 7 bits.
    static void varint(ByteArrayOutputStream out, long number) {
        int bits = 64 - Long.numberOfLeadingZeros(number);
        groups(out, number, Math.max(1, (bits + 6) / 7));
    }

    private static void groups(ByteArrayOutputStream out, long number, int count) {
        for (int i = count - 1; i >= 0; i--) {
            out.write((int) (number >>> 7 * i) & 0x7f | (i > 0 ? 0x80 : 0));
        }
    }
}
