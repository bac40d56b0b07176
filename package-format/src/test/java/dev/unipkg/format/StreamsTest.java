package dev.unipkg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StreamsTest {

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    @Test
    void hashesAndCountsWhatPassesThrough() throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (HashingOutputStream out = new HashingOutputStream(target)) {
            out.write('h');
            out.write(HELLO, 1, 2);
            assertThat(out.digest()).isEqualTo(Digest.of("hel".getBytes(StandardCharsets.UTF_8)));
            out.write(HELLO, 3, 2);
            assertThat(out.digest()).isEqualTo(Digest.of(HELLO));
            assertThat(out.size()).isEqualTo(5);
        }
        assertThat(target.toByteArray()).isEqualTo(HELLO);
    }

    @Test
    void handsOutWhatIsRight() throws IOException {
        assertThat(verifying(HELLO, Digest.of(HELLO), 5).readAllBytes()).isEqualTo(HELLO);
        assertThat(verifying(new byte[0], Digest.of(new byte[0]), 0).readAllBytes())
                .isEmpty();
    }

    @Test
    void refusesAnotherDigestBeforeTheEnd() throws IOException {
        Digest expected = Digest.of(new byte[] {1});
        try (InputStream in = verifying(HELLO, expected, 5)) {
            assertThat(in.readNBytes(5)).isEqualTo(HELLO);
            assertRefused(in, new ContentRefusal.DigestMismatch(expected, Digest.of(HELLO)));
        }
    }

    @Test
    void refusesWhatIsCutOff() {
        assertRefused(verifying(HELLO, Digest.of(HELLO), 6), new ContentRefusal.CutOff(6, 5));
    }

    @Test
    void refusesWhatGoesOnAndNeverHandsItOut() throws IOException {
        InputStream in = verifying(HELLO, Digest.of(HELLO), 4);
        assertThat(in.readNBytes(4)).hasSize(4);
        assertRefused(in, new ContentRefusal.Overlong(4));
    }

    private static InputStream verifying(byte[] bytes, Digest expected, long size) {
        return new VerifyingInputStream(new ByteArrayInputStream(bytes), expected, size);
    }

    private static void assertRefused(InputStream in, Refusal refusal) {
        assertThatThrownBy(in::readAllBytes)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
    }
}
