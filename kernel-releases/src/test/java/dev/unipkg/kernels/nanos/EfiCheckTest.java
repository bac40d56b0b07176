package dev.unipkg.kernels.nanos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.Window;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// EFI system partitions of ours and of another tool, and what stands in them that belongs to nothing.
class EfiCheckTest {

    private static final int SECTOR = 512;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("esp");
    }

    private static List<Finding> check(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return EfiCheck.findings(new Window("esp", channel, 0, channel.size()));
        }
    }

    private static void patch(Path file, long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(offset);
            out.write(bytes);
        }
    }

    private static long ours(Path file, int loaderBytes) throws IOException {
        EfiPartition esp = new EfiPartition(Arch.X86_64, new Content.Bytes(InventedRelease.noise(3, loaderBytes)));
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(esp.size());
            esp.write(out.getChannel(), 0);
        }
        return esp.size();
    }

    /// A partition with the numbers and the oddities of the one that the image tool of Nanos writes: FAT32 of 33 MiB,
    /// FSInfo and a second boot sector, the second FAT empty, a file of one cluster with a chain of two.
    private static void fat32(Path file) throws IOException {
        ByteBuffer boot = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        boot.putShort(11, (short) SECTOR)
                .put(13, (byte) 1)
                .putShort(14, (short) 32)
                .put(16, (byte) 2);
        boot.putInt(32, 67_276)
                .putInt(36, 518)
                .putInt(44, 2)
                .putShort(48, (short) 1)
                .putShort(50, (short) 6);
        ByteBuffer fat = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        for (int next : new int[] {0x0ffffff8, 0x0fffffff, 0x0ffffff8, 0x0fffffff, 0x0fffffff, 6, 0x0fffffff}) {
            fat.putInt(next);
        }
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(67_584L * SECTOR);
        }
        patch(file, 0, boot.array());
        patch(file, SECTOR, "RRaA".getBytes(StandardCharsets.US_ASCII));
        patch(file, 6 * SECTOR, boot.array());
        patch(file, 32 * SECTOR, fat.array());
        patch(file, cluster(2), entry("EFI        ", 0x10, 3, 0));
        patch(file, cluster(3), entry("BOOT       ", 0x10, 4, 0));
        patch(file, cluster(4), entry("BOOTX64 EFI", 0x20, 5, 500));
        patch(file, cluster(5), InventedRelease.noise(1, 500));
    }

    private static long cluster(int number) {
        return (32L + 2 * 518 + number - 2) * SECTOR;
    }

    private static byte[] entry(String name, int attributes, int cluster, int size) {
        ByteBuffer entry = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        entry.put(name.getBytes(StandardCharsets.US_ASCII)).put((byte) attributes);
        return entry.putShort(26, (short) cluster).putInt(28, size).array();
    }

    @Test
    void oursIsClaimedToTheLastByte() throws IOException {
        long size = ours(file, 150_000);
        assertThat(check(file)).isEmpty();

        patch(file, size - 7, new byte[] {1});

        assertThat(check(file)).containsExactly(new Finding.Unclaimed(size - 7, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 150_000, 3_000_000})
    void fsckHasNothingToSayAboutOurs(int loaderBytes) throws Exception {
        ours(file, loaderBytes);
        Process fsck;
        try {
            fsck = new ProcessBuilder("fsck.fat", "-n", file.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            fsck = null;
        }
        assumeTrue(
                fsck != null,
                "fsck.fat is not installed, so it cannot say what it thinks of ours; on Debian: apt-get install"
                        + " dosfstools");

        String said = new String(fsck.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(fsck.waitFor()).as(said).isZero();
        assertThat(said.lines()).as(said).hasSize(2);
    }

    @Test
    void thatOfAnotherToolIsClaimedToTheLastByte() throws IOException {
        fat32(file);
        assertThat(check(file)).isEmpty();

        patch(file, cluster(7) + 3, new byte[] {1});
        patch(file, 20 * SECTOR, new byte[] {1, 1});

        assertThat(check(file))
                .containsExactly(new Finding.Unclaimed(20 * SECTOR, 2), new Finding.Unclaimed(cluster(7) + 3, 1));
    }

    @Test
    void aFileThatIsNotAllThereIsRefused() throws IOException {
        fat32(file);
        patch(file, cluster(4), entry("BOOTX64 EFI", 0x20, 5, 5000));

        assertThatThrownBy(() -> check(file))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has 2 clusters, expected 10");
    }

    @Test
    void directoriesInALoopAreRefused() throws IOException {
        fat32(file);
        patch(file, cluster(4), entry("EFI        ", 0x10, 3, 0));

        assertThatThrownBy(() -> check(file))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("cluster 3 belongs to two files");
    }

    @Test
    void whatIsNoFatIsRefused() throws IOException {
        ours(file, 1);
        patch(file, 11, new byte[30]);

        assertThatThrownBy(() -> check(file))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("not that of a FAT file system");
    }

    @Property(tries = 100)
    void wrongBytesAreReadOrRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Path damaged = Path.of(
                System.getProperty("java.io.tmpdir"),
                "esp-" + ProcessHandle.current().pid());
        try {
            ours(damaged, 3000);
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                int at = random.nextBoolean() ? random.nextInt(64) : random.nextInt(9 * SECTOR);
                patch(damaged, at, new byte[] {(byte) random.nextInt(256)});
            }
            check(damaged).forEach(Finding::message);
        } catch (RefusedException expected) {
            // a refusal is the right answer to what is no FAT
        } finally {
            damaged.toFile().delete();
        }
    }
}
