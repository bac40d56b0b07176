package dev.unipkg.kernels.nanos.tfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.RefusedException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueEncodingTest {

    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({"0, 00", "5, 05", "127, 7f", "128, 8100", "300, 822c", "1024, 8800", "-1, 81ffffffffffffffff7f"})
    void varintsAreBigEndianGroupsOfSevenBits(long number, String bytes) throws RefusedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ValueEncoder.varint(out, number);

        assertThat(HEX.formatHex(out.toByteArray())).isEqualTo(bytes);
        assertThat(new Cursor(out.toByteArray(), 0).unsignedVarint()).isEqualTo(number);
    }

    @Property
    void everyVarintIsReadBack(@ForAll @LongRange(min = 0) long number) throws RefusedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ValueEncoder.varint(out, number);
        Cursor cursor = new Cursor(out.toByteArray(), 0);

        assertThat(cursor.varint()).isEqualTo(number);
        assertThat(cursor.atEnd()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, c1", "7, c7", "8, c808", "127, c87f", "130, c902", "1023, cf7f", "1024, c88800", "131072, c8888000"
    })
    void stringsSayTheirLengthInTheHeader(int length, String header) {
        ValueEncoder encoder = new ValueEncoder();
        encoder.text("x".repeat(length));

        assertThat(HEX.formatHex(Arrays.copyOf(encoder.record(), header.length() / 2)))
                .isEqualTo(header);
        assertThat(encoder.record().length).isEqualTo(header.length() / 2 + length);
    }

    @Test
    void anEmptyStringIsAHeaderAlone() {
        assertThat(encode(Value.text(""))).isEqualTo("c0");
    }

    @Test
    void integersHaveTheirSignInTheHeader() {
        assertThat(encode(new Value.Number(BigInteger.valueOf(300)))).isEqualTo("b0822c");
        assertThat(encode(new Value.Number(BigInteger.valueOf(-5)))).isEqualTo("b105");
    }

    @Test
    void presentAndEmptyIsASymbolOfOneZero() {
        assertThat(encode(new Value.Nothing())).isEqualTo("8100");
    }

    @Test
    void theSecondUseOfASymbolIsAReference() {
        Value.Tuple inner = Value.Tuple.EMPTY.with("a", Value.text("1"));
        Value.Tuple outer = Value.Tuple.EMPTY.with("a", Value.text("2")).with("b", inner);

        // entries: 1 the outer tuple, 2 "a", 3 "b", 4 the inner tuple
        assertThat(encode(outer)).isEqualTo("92" + "8161" + "c132" + "8162" + "91" + "02" + "c131");
    }

    @Test
    void aReferenceBeyondSevenTakesASecondByte() {
        Value.Tuple tuple = Value.Tuple.EMPTY;
        for (String name : List.of("a", "b", "c", "d", "e", "f", "g")) {
            tuple = tuple.with(name, Value.text(""));
        }
        // "g" is entry 8, and the inner tuple entry 10
        Value.Tuple outer = tuple.with("h", Value.Tuple.EMPTY.with("g", Value.text("")));

        assertThat(encode(outer)).endsWith("8168" + "91" + "0808" + "c0");
    }

    @Test
    void attributesDoNotNestWithoutAnEnd() {
        Value value = Value.text("");
        for (int i = 0; i < 40; i++) {
            value = Value.Tuple.EMPTY.with("a", value);
        }
        Value deep = value;

        assertThatThrownBy(() -> new ValueEncoder().value(deep)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 500)
    void whatIsEncodedIsDecoded(@ForAll long seed) throws RefusedException {
        Value.Tuple tuple = Value.Tuple.EMPTY.with("invented", Invented.tuple(seed));
        ValueEncoder encoder = new ValueEncoder();
        encoder.value(tuple);
        ValueDecoder decoder = new ValueDecoder(TfsLimits.DEFAULT);
        decoder.decode(new Cursor(encoder.record(), 0), false);

        assertThat(new TreeReader("test", TfsLimits.DEFAULT)
                        .attributes(decoder.root().orElseThrow()))
                .isEqualTo(tuple);
        assertThat(decoder.repeatedSymbols()).isEmpty();
    }

    @Test
    void laterRecordsSetAndRemoveAttributesOfEarlierTuples() throws RefusedException {
        ValueDecoder decoder = decode(
                // {a: "1", b: "2"}: the tuple is entry 1, "a" 2, "b" 3
                "928161c1318162c132",
                // on entry 1: set a to "3", remove b
                "120102c13303" + "80");

        assertThat(attributes(decoder)).isEqualTo(Value.Tuple.EMPTY.with("a", Value.text("3")));
    }

    @Test
    void aTupleMayHaveTwoNames() throws RefusedException {
        // {a: {x: "1"}, b: the same}: entries 1 root, 2 "a", 3 inner, 4 "x", 5 "b"
        ValueDecoder decoder = decode("92" + "8161" + "91" + "8178" + "c131" + "8162" + "1003");

        Value.Tuple inner = Value.Tuple.EMPTY.with("x", Value.text("1"));
        assertThat(attributes(decoder))
                .isEqualTo(Value.Tuple.EMPTY.with("a", inner).with("b", inner));
    }

    @Test
    void theOldEncodingIsRead() throws RefusedException {
        ValueDecoder decoder = new ValueDecoder(TfsLimits.DEFAULT);
        // tuple of 2 (c2), symbol of 1 (81), buffer of 2 (82), then a symbol by reference is not needed
        decoder.decode(new Cursor(HEX.parseHex("c2" + "8161" + "823432" + "8162" + "c1" + "02" + "8137"), 0), true);

        assertThat(attributes(decoder))
                .isEqualTo(Value.Tuple.EMPTY
                        .with("a", Value.text("42"))
                        .with("b", Value.Tuple.EMPTY.with("a", Value.text("7"))));
    }

    @Test
    void aSymbolWrittenOutTwiceIsNoticed() throws RefusedException {
        ValueDecoder decoder = decode("92" + "8161" + "c131" + "8161" + "c132");

        assertThat(decoder.repeatedSymbols()).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({
        "c131, a record that is not a tuple",
        "80, a record that is not a tuple",
        "91, needs 1 more bytes",
        "918161, needs 1 more bytes",
        "9187, needs 7 more bytes",
        "9101c131, another type",
        "9105c131, dictionary entry 5 of 1",
        "9100c131, dictionary entry 0 of 1",
        "1105, dictionary entry 5 of 0",
        "918161f0, unknown type 7",
        "91816144, a reference",
        "9bffffffffff7f, more than 31 bits",
        "918161b0ffffffffffffffffffff7f, more than 64 bits",
    })
    void aRecordThatMakesNoSenseIsRefused(String record, String why) {
        assertThatThrownBy(() -> decode(record))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void nestingAndCountsHaveLimits() {
        TfsLimits limits = new TfsLimits(1 << 20, 100, 4, 1 << 20);
        assertThatThrownBy(() ->
                        new ValueDecoder(limits).decode(new Cursor(HEX.parseHex("91" + "816191".repeat(90)), 0), false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("deeper");
        assertThatThrownBy(() -> new ValueDecoder(limits)
                        .decode(new Cursor(HEX.parseHex("988148" + "8161c0".repeat(200)), 0), false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("more than 100 values");
    }

    private static String encode(Value value) {
        ValueEncoder encoder = new ValueEncoder();
        encoder.value(value);
        return HEX.formatHex(encoder.record());
    }

    private static ValueDecoder decode(String... records) throws RefusedException {
        ValueDecoder decoder = new ValueDecoder(TfsLimits.DEFAULT);
        for (String record : records) {
            decoder.decode(new Cursor(HEX.parseHex(record), 0), false);
        }
        return decoder;
    }

    private static Value.Tuple attributes(ValueDecoder decoder) throws RefusedException {
        return new TreeReader("test", TfsLimits.DEFAULT)
                .attributes(decoder.root().orElseThrow());
    }
}
