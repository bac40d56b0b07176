package dev.unipkg.cli.machine.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTest {
    @Test
    void keepsTheGuestsReportAndWhatTheKernelSaysAfterItToItself() throws IOException {
        assertThat(passed("hello\r\nunipkg-exit: 3\r\n[ 3.1] reboot: Power down\r\n"))
                .isEqualTo("hello\r\n");
    }

    @Test
    void theEmptyLineBeforeTheReportIsThatOfTheReport() throws IOException {
        assertThat(passed("hello\r\n\r\nunipkg-exit: 0\r\n")).isEqualTo("hello\r\n");
        assertThat(passed("hello\r\n\r\n\r\nunipkg-exit: 0\r\n")).isEqualTo("hello\r\n\r\n");
        assertThat(passed("\r\nunipkg-exit: 0\r\n")).isEmpty();
    }

    @Test
    void theReportOfANewerInitBeginsWhereverTheOutputEnds() throws IOException {
        assertThat(passed("hello\0unipkg-exit: 0\n[ 3.1] reboot: Power down\n")).isEqualTo("hello");
        assertThat(passed("hello\n\0unipkg-exit: 0\n")).isEqualTo("hello\n");
        assertThat(passed("\0\0\0unipkg-exit: 0\n")).isEqualTo("\0\0");
        assertThat(passed("\n\0unipkg-exit: 0\n")).isEqualTo("\n");
    }

    @Property
    void passesWhateverBytesAProgramWrites(@ForAll byte[] output) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(output);
        text.writeBytes("\0unipkg-exit: 0\n".getBytes(UTF_8));
        assertThat(new Console().filter(text.toByteArray(), text.size())).isEqualTo(output);
    }

    @Test
    void keepsTheEndOfALongConsoleWithTheReport() throws IOException {
        Console console = new Console();
        String text = "0123456789abcde\n".repeat(10_000) + "the last\r\nunipkg-exit: 3\r\n";
        console.pass(new ByteArrayInputStream(text.getBytes(UTF_8)), OutputStream.nullOutputStream());

        ConsoleLog log = console.log();
        assertThat(log.lines().size()).isBetween(4000, 4096 + 3);
        assertThat(log.lines()).endsWith("the last", "unipkg-exit: 3");
        assertThat(log.exitStatus()).contains(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unipkg",
                "unipkg-exit",
                "unip\nunipkg-\n",
                "say unipkg-exit: 3\n",
                "\0unipkg-\0unipkg-\n\0",
                "\0\0\n\0\r\n",
                "uunipkg-exit: 3",
                "\n\n\nun\r\n",
                "\r\n\r\n",
                "a\r\n\r\nunipkg\r\n\r\n"
            })
    void passesEverythingElse(String text) throws IOException {
        assertThat(passed(text)).isEqualTo(text);
    }

    @Property
    void filtersTheSameHoweverTheBytesArrive(
            @ForAll @NotEmpty byte[] noise, @ForAll @IntRange(min = 1, max = 40) int step) {
        byte[] text = ("un\nunipkg-exitus\n" + new String(noise, UTF_8) + "\nunipkg-exit: 7\nrest").getBytes(UTF_8);
        byte[] whole = new Console().filter(text, text.length);
        Console console = new Console();
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        for (int at = 0; at < text.length; at += step) {
            byte[] piece = Arrays.copyOfRange(text, at, Math.min(text.length, at + step));
            pieces.writeBytes(console.filter(piece, piece.length));
        }
        assertThat(pieces.toByteArray()).isEqualTo(whole);
        assertThat(new String(whole, UTF_8)).endsWith("\n").doesNotContain("unipkg-exit: 7");
    }

    @Test
    void readsOnWhenNobodyReadsItAnyMoreAndSaysSoOnce() throws IOException {
        InputStream guest = new ByteArrayInputStream(new byte[100_000]);
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        List<String> lost = new ArrayList<>();
        new Console()
                .pass(guest, broken, new Console.Listeners((bytes, count) -> {}, why -> lost.add(why.getMessage())));
        assertThat(guest.read()).isEqualTo(-1);
        assertThat(lost).containsExactly("Broken pipe");
    }

    @Test
    void showsTheLastLinesWithoutWhatCouldSteerATerminal() {
        ConsoleLog log = ConsoleLog.of("one\r\n\n\u001b[31mtwo\u0007\n");
        assertThat(log.shown()).isEqualTo("\nthe console ended with\n  | one\n  |  [31mtwo");
    }

    @Test
    void readsTheReportedExitStatus() {
        assertThat(ConsoleLog.of("x\r\nunipkg-exit: 143\r\nbye\r\n").exitStatus())
                .isEqualTo(Optional.of(143));
        assertThat(ConsoleLog.of("x\0unipkg-exit: 3\n").exitStatus()).isEqualTo(Optional.of(3));
        assertThat(ConsoleLog.of("unipkg-exit: many\n").exitStatus()).isEmpty();
        assertThat(ConsoleLog.of("unipkg-exit: 255\n").exitStatus()).contains(255);
        assertThat(ConsoleLog.of("").exitStatus()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"256", "512", "999", "1000", "-1", "+3", "\u0663"})
    void exitStatusOutsideOfAByteIsNone(String forged) {
        assertThat(ConsoleLog.of("unipkg-exit: " + forged + "\n").exitStatus()).isEmpty();
    }

    private static String passed(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Console().pass(new ByteArrayInputStream(text.getBytes(UTF_8)), out);
        return out.toString(UTF_8);
    }
}
