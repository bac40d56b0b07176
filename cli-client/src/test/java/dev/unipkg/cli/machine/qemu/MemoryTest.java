package dev.unipkg.cli.machine.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 256, 16 << 20})
    void readsWhatItWrites(long mebibytes) {
        assertThat(Memory.parse(new Memory(mebibytes).toString())).isEqualTo(new Memory(mebibytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1M", "0M", "256", "256m", "256 M", "1G", "16777217M", "99999999999999999999M"})
    void refusesWhatIsNoAmount(String text) {
        assertThatThrownBy(() -> Memory.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void roundsBytesUp() {
        assertThat(Memory.ofBytes(1)).isEqualTo(new Memory(1));
        assertThat(Memory.ofBytes(1 << 20)).isEqualTo(new Memory(1));
        assertThat(Memory.ofBytes((1 << 20) + 1)).isEqualTo(new Memory(2));
    }

    @Test
    void givesLinuxRoomForItsInitrdAndTheUnpackedFiles() throws IOException {
        assertThat(MemoryNeed.of(linux(100 << 20, 100 << 20), false))
                .isEqualTo(new MemoryNeed(new Memory(276), new Memory(384)));
        assertThat(MemoryNeed.of(linux(1 << 20, 1 << 20), false))
                .isEqualTo(new MemoryNeed(new Memory(75), new Memory(256)));
    }

    /// Many small files take more than their initrd has bytes.
    @Test
    void givesLinuxRoomForSmallFiles() throws IOException {
        assertThat(MemoryNeed.of(linux(8 << 20, 150 << 20), false))
                .isEqualTo(new MemoryNeed(new Memory(234), new Memory(320)));
    }

    @Test
    void refusesLessThanAnImageNeedsWithTheAmountToTry() throws IOException {
        Image image = new Image.Disk(fileOf(1 << 20), Optional.empty());
        MemoryNeed need = MemoryNeed.of(image, false);
        assertThat(need.require(new Memory(32))).isEqualTo(new Memory(32));
        assertThatThrownBy(() -> need.require(new Memory(8))).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure).hasMessage("8M of memory are too little: this image needs 12M to start at all");
            assertThat(failure.next()).contains("give it more, as in -m 256M");
            assertThat(failure.exit()).isEqualTo(ExitCode.FAILED);
        });
    }

    private Image linux(long initrdBytes, long unpackedBytes) throws IOException {
        return new Image.KernelAndInitrd(folder.resolve("kernel"), fileOf(initrdBytes), "quiet", unpackedBytes);
    }

    private Path fileOf(long size) throws IOException {
        Path file = folder.resolve("file");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
        }
        return file;
    }
}
