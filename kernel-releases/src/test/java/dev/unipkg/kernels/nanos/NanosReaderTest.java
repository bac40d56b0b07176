package dev.unipkg.kernels.nanos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.TfsWriter;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images whose partition table, log region or file systems are not what they should be.
class NanosReaderTest {

    private static final int FIRST = InventedRelease.BOOT_CODE_BYTES + 4096;

    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void writeAnImage() throws IOException {
        image = folder.resolve("image");
        FileTree root = FileTree.builder().file("hello", "program").build();
        Value.Tuple attributes = Value.Tuple.EMPTY.with("program", Value.text("/hello"));
        NanosImage.write(new NanosSpec(InventedRelease.kernel(Arch.X86_64, false), root, attributes, 0), image);
    }

    private void patch(long offset, ByteBuffer bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.getChannel().write(bytes, offset);
        }
    }

    private static ByteBuffer little(int number) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, number);
    }

    private List<Finding> check() throws IOException {
        try (NanosReader reader = NanosReader.open(image)) {
            return reader.check();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x1c2, 7, is not the boot file system",
        "0x1d2, 0, is not the root file system",
        "0x1c6, 0, lies behind its end",
        "0x1c6, 0x7fffffff, lies behind its end",
        "0x1ca, -1, lies behind its end",
        "0x1d6, 0x7fffffff, lies behind its end",
    })
    void aPartitionTableOfAnotherKindIsRefused(String offset, String number, String why) throws IOException {
        int place = Integer.decode(offset);
        ByteBuffer bytes = little(Integer.decode(number));
        patch(place, place % 16 == 2 ? bytes.limit(1) : bytes);

        assertThatThrownBy(() -> NanosReader.open(image))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "0x1c2, 7, true",
        "0x1ba, 0, true",
        "0x1fe, 0, false",
    })
    void anImageIsKnownByEachOfItsMarksInASignedRecord(String offset, int number, boolean isNanos) throws IOException {
        patch(Integer.decode(offset), little(number).limit(1));

        assertThat(NanosReader.isNanos(image)).isEqualTo(isNanos);
    }

    @Test
    void aSignedRecordWithoutAnyMarkIsNoImage() throws IOException {
        patch(0x1c2, little(7).limit(1));
        patch(0x1ba, little(0));

        assertThat(NanosReader.isNanos(image)).isFalse();
    }

    @Test
    void partitionsThatOverlapAreFound() throws IOException {
        patch(0x1ca, little(24_577));

        assertThat(check()).contains(new Finding.Overlap("the partitions", "root file system", 24_588));
    }

    @Test
    void aFileSystemThatIsNoneIsFoundAndTheOtherStillLookedAt() throws IOException {
        patch(FIRST, ByteBuffer.wrap(new byte[6]));
        patch(image.toFile().length() - 9, ByteBuffer.wrap(new byte[] {1}));

        assertThat(check())
                .satisfiesExactly(
                        first -> assertThat(first.message()).startsWith("boot file system: "),
                        second -> assertThat(second)
                                .isEqualTo(new Finding.Unclaimed(image.toFile().length() - 9, 1)));
    }

    @Test
    void anImageThatCouldNotStartAProgramIsFound() throws IOException {
        long root = FIRST + (12L << 20);
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
            channel.truncate(root);
            TfsWriter.plan(FileTree.EMPTY.root(), Value.Tuple.EMPTY).write(channel, root, "", new UUID(0, 0));
            channel.write(ByteBuffer.allocate(1), root + (2 << 20));
        }

        assertThat(check())
                .contains(new Finding.MissingAttribute("program"), new Finding.MissingAttribute("environment"))
                .noneMatch(Finding::isHarmless);
    }

    @Test
    void theLogOfTheKernelIsRead() throws IOException {
        ByteBuffer log = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
        log.put("KLOG".getBytes(StandardCharsets.US_ASCII))
                .putLong(7)
                .putInt(-11)
                .put("it ended badly\n".getBytes(StandardCharsets.US_ASCII))
                .flip();
        patch(FIRST - 4096, log.limit(log.capacity()));

        try (NanosReader reader = NanosReader.open(image)) {
            assertThat(reader.kernelLog()).contains(new KernelLog(7, -11, "it ended badly\n"));
            assertThat(reader.check()).isEmpty();
        }
    }

    @Test
    void bytesBetweenTheBootCodeAndTheLogAreFound() throws IOException {
        ByteBuffer shorter =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 512);
        patch(0x1b2, shorter);
        patch(1024, ByteBuffer.wrap(new byte[InventedRelease.BOOT_CODE_BYTES - 1024]));
        assertThat(check()).isEmpty();

        patch(1100, ByteBuffer.wrap(new byte[] {1, 0, 1}));

        assertThat(check()).containsExactly(new Finding.Unclaimed(1100, 3));
    }

    @ParameterizedTest
    @CsvSource({"1537", "4096", "-1"})
    void bootCodeThatReachesIntoTheLogIsFound(long bytes) throws IOException {
        patch(0x1b2, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, bytes));

        assertThat(check())
                .containsExactly(new Finding.Overlap(
                        "the boot code", "the log of the kernel", InventedRelease.BOOT_CODE_BYTES / 512));
    }

    @Test
    void withoutTheRecordOfASecondStageThereIsNone() throws IOException {
        patch(0x1ba, little(0));

        assertThat(check())
                .satisfiesExactly(finding -> assertThat(finding)
                        .isInstanceOfSatisfying(
                                Finding.Unclaimed.class,
                                unclaimed -> assertThat(unclaimed.offset()).isBetween(512L, 520L)));
    }

    @Test
    void aFileThatIsTooShortForAnImageIsRefused() throws IOException {
        for (int length : List.of(0, 1, 511)) {
            Path file = Files.write(folder.resolve("short"), new byte[length]);
            assertThatThrownBy(() -> NanosReader.open(file)).isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void afterARefusalTheFileIsClosed() throws IOException {
        patch(0x1c2, ByteBuffer.wrap(new byte[] {7}));
        assertThatThrownBy(() -> NanosReader.open(image)).isInstanceOf(RefusedException.class);

        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.map(NanosReaderTest::target)).doesNotContain(image.toString());
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
