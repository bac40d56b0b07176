package dev.unipkg.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void keepsTheOrderOfKeysAndWritesNoWhiteSpace() throws RefusedException {
        String text = "{ \"b\" : [ 1, -2.50 , true, null ], \"a\" : { \"\" : \"\\u00e9\\n\\\"\" } }";
        assertThat(new String(parse(text).toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"b\":[1,-2.5,true,null],\"a\":{\"\":\"é\\n\\\"\"}}");
    }

    @Test
    void writesForPeople() throws RefusedException {
        assertThat(parse("{\"a\":[1,{}],\"b\":[]}").toPrettyString()).isEqualTo("""
                        {
                          "a": [
                            1,
                            {}
                          ],
                          "b": []
                        }
                        """);
    }

    @Test
    void shortestFormOfTextsIsNoLongerThanTheDocument() throws RefusedException {
        String text = "{\"<&>\":\"\u2028\\b\\f\\u0001\\/é\",\"n\":0}";
        String shortest = parse(text).toShortestString();
        assertThat(shortest.length()).isLessThanOrEqualTo(text.length());
        assertThat(parse(shortest)).isEqualTo(parse(text));
    }

    @Test
    void refusesAKeyThatIsThereTwice() {
        assertRefused(() -> parse("{\"a\":{\"x\":1,\"x\":1}}"), new DocumentRefusal.DuplicateKey("a.x"));
        assertRefused(() -> parse("{\"a\":1,\"\\u0061\":2}"), new DocumentRefusal.DuplicateKey("a"));
        assertRefused(() -> parse("[0,{\"a\":1,\"a\":null}]"), new DocumentRefusal.DuplicateKey("[1].a"));
    }

    @Test
    void refusesWhatFollowsTheDocument() {
        assertRefused(() -> parse("{}{}"), new DocumentRefusal.TrailingData(1, 3));
        assertRefused(() -> parse("{}\n]"), DocumentRefusal.Malformed.class);
    }

    @Test
    void refusesAByteOrderMark() {
        assertRefused(() -> parse("\ufeff{}"), new DocumentRefusal.ByteOrderMark());
    }

    @Test
    void refusesTextThatUtf8CannotHold() {
        byte[] overlong = {'"', (byte) 0xc0, (byte) 0xaf, '"'};
        assertRefused(() -> Json.parse(overlong, JsonLimits.DEFAULT), new DocumentRefusal.InvalidText("the document"));
        assertRefused(() -> parse("{\"a\":\"\\ud800\"}"), new DocumentRefusal.InvalidText("a"));
        assertRefused(() -> parse("{\"a\":\"\\udc00\\ud800\"}"), new DocumentRefusal.InvalidText("a"));
        assertRefused(() -> parse("{\"a\":\"\\u0000\"}"), new DocumentRefusal.InvalidText("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"9007199254740992", "-9007199254740992", "1e400", "1e-400", "1e999999999999", "0e-99999999"})
    void refusesNumbersOutOfRange(String number) {
        assertRefused(() -> parse("{\"n\":" + number + "}"), new DocumentRefusal.NumberOutOfRange("n", number));
    }

    @Test
    void takesTheLargestNumbers() throws RefusedException {
        assertThat(parse("9007199254740991")).isEqualTo(Json.Num.of(Json.Num.MAX));
        assertThat(parse("-9007199254740991")).isEqualTo(Json.Num.of(-Json.Num.MAX));
        assertThat(parse("1.50e1")).isEqualTo(Json.Num.of(15));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1,]",
                "{\"a\":1,}",
                "{'a':1}",
                "{a:1}",
                "01",
                "+1",
                ".5",
                "NaN",
                "Infinity",
                "nul",
                "\"\t\"",
                "\"",
                "// x\n{}",
                "[1 2]",
                "{\"a\"}",
                "]",
                "\"\\x\""
            })
    void refusesWhatIsNotJson(String text) {
        assertRefused(() -> parse(text), DocumentRefusal.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "NaN | NaN",
                "{\"a\": NaN} | NaN",
                "[-Infinity] | -Infinity",
                "[+1] | +1",
                "[01] | 01",
                "[1.] | 1.",
                "[--1] | --1",
                "True | True",
                "{a:1} | a",
                "{\"a\" 1} | 1",
                "{\"a\":1,} | }",
                "{\"a\":1] | ]",
                "[1,,2] | ,",
                "{'a':1} | '",
                "// x | /",
            })
    void saysInOurOwnWordsWhatIsNotJson(String text, String misfit) {
        assertThatThrownBy(() -> parse(text))
                .hasMessageStartingWith("not JSON (line 1, column ")
                .hasMessageEndingWith("): " + Refusal.quoted(misfit) + " cannot stand there");
    }

    @Test
    void saysWhereJsonEndsTooEarlyAndNeverShowsAControlCharacterItself() {
        assertThatThrownBy(() -> parse("{\"a\": ["))
                .hasMessage("not JSON (line 1, column 8): it ends in the middle of a value");
        assertThatThrownBy(() -> parse("[\u001b[2J]"))
                .hasMessage("not JSON (line 1, column 3): \"\\u{1b}\" cannot stand there");
        assertThatThrownBy(() -> parse("[\"a\nb\"]"))
                .hasMessage("not JSON (line 1, column 4): \"\\u{a}\" cannot stand there");
    }

    @Test
    void refusesDocumentsBeyondTheirLimits() {
        JsonLimits limits = new JsonLimits(20, 3, 5);
        assertRefused(() -> parse("[[[[]]]]", limits), new DocumentRefusal.TooDeep(3));
        assertRefused(() -> parse("[1,2,3,4,5]", limits), new DocumentRefusal.TooManyValues(5));
        assertRefused(() -> parse(" ".repeat(20) + "1", limits), new DocumentRefusal.DocumentTooLarge(20));
    }

    @Test
    void namesTheFieldThatIsWrong() throws RefusedException {
        Fields fields = Json.parseObject(
                "{\"a\":{\"list\":[{\"n\":1},{\"n\":1.5}]},\"t\":3,\"nothing\":null}".getBytes(StandardCharsets.UTF_8),
                JsonLimits.DEFAULT);
        assertRefused(
                () -> fields.fields("a").list("list", element -> element.number("n", 0, 9)),
                new DocumentRefusal.InvalidValue("a.list[1].n", "1.5", "an integer from 0 to 9"));
        assertRefused(() -> fields.text("t"), new DocumentRefusal.WrongType("t", "a text", "a number"));
        assertRefused(() -> fields.text("nothing"), new DocumentRefusal.MissingField("nothing"));
        assertRefused(() -> fields.fields("a").flag("f"), new DocumentRefusal.MissingField("a.f"));
    }

    @Property
    void whatIsWrittenIsReadBack(@ForAll("documents") Json json) throws RefusedException {
        assertThat(Json.parse(json.toBytes(), JsonLimits.DEFAULT)).isEqualTo(json);
        assertThat(Json.parse(json.toPrettyString().getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT))
                .isEqualTo(json);
    }

    @Provide
    Arbitrary<Json> documents() {
        Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(8).filter(JsonTest::isSound);
        Arbitrary<Json> scalars = Arbitraries.oneOf(
                texts.map(Json.Text::new),
                Arbitraries.longs().between(-Json.Num.MAX, Json.Num.MAX).map(Json.Num::of),
                Arbitraries.bigDecimals()
                        .between(BigDecimal.valueOf(-1000), BigDecimal.valueOf(1000))
                        .map(Json.Num::new),
                Arbitraries.of(true, false).map(Json.Bool::new),
                Arbitraries.just(Json.NULL));
        return Arbitraries.recursive(
                () -> scalars,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(4).map(Json.Arr::new),
                        Arbitraries.maps(texts, inner).ofMaxSize(4).map(JsonTest::object)),
                0,
                4);
    }

    private static Json object(java.util.Map<String, Json> members) {
        SequencedMap<String, Json> inOrder = new LinkedHashMap<>(members);
        return new Json.Obj(inOrder);
    }

    private static boolean isSound(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text) && text.indexOf(0) < 0;
    }

    private static Json parse(String text) throws RefusedException {
        return parse(text, JsonLimits.DEFAULT);
    }

    private static Json parse(String text, JsonLimits limits) throws RefusedException {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8), limits);
    }

    private static void assertRefused(ThrowingCallable call, Refusal refusal) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    private static void assertRefused(ThrowingCallable call, Class<? extends Refusal> refusal) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.refusal()).isInstanceOf(refusal));
    }
}
