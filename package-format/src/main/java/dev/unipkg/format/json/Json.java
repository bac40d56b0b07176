package dev.unipkg.format.json;

import dev.unipkg.format.RefusedException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A JSON value (RFC 8259) in the strict subset that every reader reads alike (I-JSON, RFC 7493): UTF-8 without a byte
/// order mark, no key twice in an object, numbers that a double holds exactly where they are integers, no unpaired
/// surrogates; and, because databases cannot hold it, no U+0000.
public sealed interface Json {

    /// `null`.
    Json NULL = new Null();

    /// An object; the order of its keys is kept.
    record Obj(SequencedMap<String, Json> members) implements Json {
        public Obj {
            members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
        }
    }

    /// An array.
    record Arr(List<Json> elements) implements Json {
        public Arr {
            elements = List.copyOf(elements);
        }
    }

    /// A string.
    record Text(String value) implements Json {}

    /// A number within ±(2^53 - 1), kept without trailing zeros so that equal numbers are equal values.
    record Num(BigDecimal value) implements Json {

        /// The largest integer that every reader holds exactly.
        public static final long MAX = (1L << 53) - 1;

        /// The most digits before or behind the decimal point.
        static final int MAX_DIGITS = 32;

        private static final BigDecimal LIMIT = BigDecimal.valueOf(MAX);

        public Num {
            value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
            if (!inRange(value)) {
                throw new IllegalArgumentException("out of the range of JSON numbers: " + value);
            }
        }

        static Num of(long value) {
            return new Num(BigDecimal.valueOf(value));
        }

        static boolean inRange(BigDecimal value) {
            return value.abs().compareTo(LIMIT) <= 0 && value.scale() <= MAX_DIGITS;
        }
    }

    /// `true` or `false`.
    record Bool(boolean value) implements Json {}

    /// `null`; use [#NULL].
    record Null() implements Json {}

    /// Reads one document.
    ///
    /// @throws RefusedException with a [dev.unipkg.format.DocumentRefusal] when the bytes are no such document
    static Json parse(byte[] utf8, JsonLimits limits) throws RefusedException {
        return new JsonReader(utf8, limits).read();
    }

    /// Reads one document that is an object.
    ///
    /// @throws RefusedException with a [dev.unipkg.format.DocumentRefusal] when the bytes are no such document
    static Fields parseObject(byte[] utf8, JsonLimits limits) throws RefusedException {
        return Fields.of(parse(utf8, limits));
    }

    /// A builder of an object, whose keys come out in the order in which they were put.
    static ObjBuilder object() {
        return new ObjBuilder();
    }

    /// An array of texts; what is not a text stands with its `toString`.
    static Arr texts(Iterable<?> values) {
        return ObjBuilder.array(values, value -> new Text(value.toString()));
    }

    /// The value in UTF-8 without any white space. Equal values with keys in equal order give equal bytes.
    default byte[] toBytes() {
        return JsonWriter.compact(this).getBytes(StandardCharsets.UTF_8);
    }

    /// The value without any white space, its texts as short as JSON can write them.
    default String toShortestString() {
        return JsonWriter.shortest(this);
    }

    /// The value for people: two spaces of indentation, a line feed at the end.
    default String toPrettyString() {
        return JsonWriter.pretty(this);
    }

    /// The name of this kind of value in messages, as in "a number".
    default String kind() {
        return switch (this) {
            case Obj _ -> "an object";
            case Arr _ -> "an array";
            case Text _ -> "a text";
            case Num _ -> "a number";
            case Bool _ -> "true or false";
            case Null _ -> "null";
        };
    }
}
