package dev.unipkg.cli.machine.readiness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConsoleProbeTest {
    private static final String TEXT = "ready for connéctions";

    @Property(tries = 200)
    void textIsFoundHoweverItsBytesArrive(
            @ForAll @IntRange(max = 50) int before, @ForAll @IntRange(min = 1, max = 40) int step)
            throws InterruptedException {
        ConsoleProbe probe = new ConsoleProbe(TEXT);
        byte[] console = ("r".repeat(before) + "\r\n" + TEXT + "\r\n").getBytes(UTF_8);
        for (int at = 0; at < console.length; at += step) {
            byte[] piece = java.util.Arrays.copyOfRange(console, at, Math.min(console.length, at + step));
            probe.add(piece, piece.length);
        }
        assertThat(probe.await(Duration.ZERO)).isTrue();
    }

    @Test
    void otherTextIsNotReady() throws InterruptedException {
        ConsoleProbe probe = new ConsoleProbe("ready");
        byte[] console = "read\ny reading".getBytes(UTF_8);
        probe.add(console, console.length);
        assertThat(probe.await(Duration.ofMillis(1))).isFalse();
        assertThat(probe.whyNotReady()).isEqualTo("the console has not shown \"ready\"");
    }
}
