package dev.unipkg.kernels.nanos.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LogExtensionsTest {

    private static final int ROOM = Tfs.EXTENSION_BYTES - 9 - 21 - 21;

    @Test
    void aSmallRecordIsOneFrameInOneExtension() {
        List<byte[]> extensions = LogExtensions.of(new byte[300], 5000);

        assertThat(extensions).hasSize(1);
        assertThat(extensions.getFirst()).hasSize(9 + 5 + 300 + 1).endsWith(Tfs.END_OF_LOG);
    }

    @Test
    void aRecordThatIsTooLongGoesOnBehindALink() {
        List<byte[]> extensions = LogExtensions.of(new byte[ROOM + 1], 5000);

        assertThat(extensions).hasSize(2);
        assertThat(extensions.getFirst()).endsWith(Tfs.LINK, 0x80 | 5000 >> 7, 5000 & 0x7f, 0x88, 0x00);
        assertThat(extensions.get(1)).hasSize(9 + 2 + 1 + 1).endsWith(Tfs.RECORD_GOES_ON, 1, 0, Tfs.END_OF_LOG);
    }

    @Property(tries = 200)
    void noExtensionIsOverfull(@ForAll("lengths") int length) {
        List<byte[]> extensions = LogExtensions.of(new byte[length], 1025);

        assertThat(extensions).allMatch(extension -> extension.length <= Tfs.EXTENSION_BYTES);
        assertThat(extensions).hasSizeLessThanOrEqualTo(1 + length / ROOM);
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(1, 3 * Tfs.EXTENSION_BYTES),
                Arbitraries.integers().between(ROOM - 200, ROOM + 200),
                Arbitraries.integers().between(2 * ROOM - 200, 2 * ROOM + 200));
    }
}
