package dev.unipkg.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
    /// A bar is drawn ten times a second at most.
    private static final int REDRAWN_MILLIS = 120;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(said, true, UTF_8);

    @Test
    void aBarIsDrawnOverItselfAndGoneBeforeTheNextLine() {
        Messages messages = new Messages(err, true, false);
        messages.drawBar("half [##..]");
        messages.drawBar("all [####]");
        messages.say("done");

        assertThat(said.toString(UTF_8))
                .isEqualTo("\rhalf [##..]\rall [####] \r          \rdone\n".replace("\n", System.lineSeparator()));
    }

    @Test
    void whatComesFromOutsideSteersNoTerminalAndBeginsNoLine() {
        Messages messages = new Messages(err, true, false);
        messages.say("note: a\u001b[2J\nb\u009bc");
        messages.fail("pkg: a\u001b[2J\r\n  next: b\rc");

        assertThat(said.toString(UTF_8).lines())
                .containsExactly("note: a\\u{1b}[2J\\u{a}b\\u{9b}c", "pkg: a\\u{1b}[2J", "  next: b\\u{d}c");
    }

    @Test
    void jsonSteersNoTerminalAndMeansTheSame() throws RefusedException {
        Json json = Json.object().put("a", "b\u009bc\u202ed\ud834\udd73e\nf").build();
        Output output = new Output(err, true);
        output.print(json, "");

        assertThat(said.toString(UTF_8))
                .doesNotContainPattern("[\\p{Cf}\u0080-\u009f]")
                .contains("b\\u009bc\\u202ed");
        assertThat(Json.parse(said.toByteArray(), new JsonLimits(1_000, 3, 3))).isEqualTo(json);
    }

    @Test
    void aTablesCellStaysInItsRow() {
        assertThat(new Table("A", "B").row("x\ny", "z").toString()).isEqualTo("""
                A        B
                x\\u{a}y  z""");
    }

    @Test
    void withoutATerminalNoBarIsDrawn() throws Exception {
        try (Progress progress = new Messages(err, false, false).progress("tool", 100)) {
            Thread.sleep(REDRAWN_MILLIS);
            progress.add(50);
        }
        assertThat(said.size()).isZero();
    }

    @Test
    void quietKeepsToFailures() throws Exception {
        Messages messages = new Messages(err, true, true);
        messages.say("hello");
        try (Progress progress = messages.progress("tool", 100)) {
            Thread.sleep(REDRAWN_MILLIS);
            progress.add(50);
        }
        messages.fail("pkg: no");

        assertThat(said.toString(UTF_8)).isEqualTo("pkg: no" + System.lineSeparator());
    }

    @Test
    void aBarTellsHowMuchIsDone() {
        assertThat(Progress.bar("tool", 3 << 20, 4 << 20))
                .isEqualTo("tool [##################......]  75% 3.0 MiB of 4.0 MiB");
        assertThat(Progress.bar("tool", 0, 0)).isEqualTo("tool [########################] 100% 0 B of 0 B");
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KiB", "1572864,1.5 MiB", "5368709120,5.0 GiB"})
    void sizesAreShownForPeople(long bytes, String shown) {
        assertThat(Sizes.shown(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"17,17", "64K,65536", "512m,536870912", "2G,2147483648", "2GiB,2147483648", "1TB,1099511627776"})
    void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5G", "G", "12X", "999999999999999T"})
    void whatIsNoSizeIsAUsageError(String text) {
        assertThatThrownBy(() -> Sizes.parse(text))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.exit()).isEqualTo(ExitCode.USAGE));
    }

    @Test
    void tablesHaveColumnsAsWideAsTheirWidestCell() {
        Table table = new Table("NAME", "N").row("a", "1").row("longer", "");

        assertThat(table.toString()).isEqualTo("""
                NAME    N
                a       1
                longer""");
    }
}
