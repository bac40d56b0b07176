package dev.unipkg.cli.machine.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.Shell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayTest {
    private static final int CLUSTER = 64 << 10;

    @TempDir
    Path folder;

    @Test
    void writesTheHeaderOfAnEmptyOverlay() throws IOException {
        Path file = folder.resolve("o.qcow2");
        Overlay.write(file, Path.of("/shelf/image"), 3 * 512 + 1);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        assertThat(bytes.capacity()).isEqualTo(4 * CLUSTER);
        assertThat(bytes.getInt(0)).as("magic QFI\\xfb").isEqualTo(0x514649fb);
        assertThat(bytes.getInt(4)).as("version").isEqualTo(3);
        assertThat(bytes.getLong(8)).as("backing file offset").isEqualTo(128);
        assertThat(bytes.getInt(16)).as("backing file size").isEqualTo("/shelf/image".length());
        assertThat(bytes.getInt(20)).as("cluster bits").isEqualTo(16);
        assertThat(bytes.getLong(24)).as("size, whole sectors").isEqualTo(4 * 512);
        assertThat(bytes.getInt(36)).as("L1 entries").isEqualTo(1);
        assertThat(bytes.getLong(40)).as("L1 table").isEqualTo(3L * CLUSTER);
        assertThat(bytes.getLong(48)).as("refcount table").isEqualTo(CLUSTER);
        assertThat(bytes.getInt(104)).as("backing format extension").isEqualTo(0xe2792aca);
        assertThat(new String(bytes.array(), 112, 3, StandardCharsets.US_ASCII)).isEqualTo("raw");
        assertThat(new String(bytes.array(), 128, 12, StandardCharsets.US_ASCII))
                .isEqualTo("/shelf/image");
        assertThat(bytes.getLong(CLUSTER)).as("refcount block").isEqualTo(2L * CLUSTER);
        for (int cluster = 0; cluster < 5; cluster++) {
            assertThat(bytes.getShort(2 * CLUSTER + 2 * cluster)).isEqualTo((short) (cluster < 4 ? 1 : 0));
        }
    }

    @Property(tries = 100)
    void coversEverySizeWithItsL1TableAndCountsEveryCluster(@ForAll @LongRange(max = 1L << 46) long size)
            throws IOException {
        Path file = Files.createTempDirectory("overlay").resolve("o.qcow2");
        Overlay.write(file, Path.of("/image"), size);
        try (var channel = Files.newByteChannel(file)) {
            ByteBuffer header = ByteBuffer.allocate(104);
            channel.read(header);
            long entries = header.getInt(36);
            assertThat(header.getLong(24)).isBetween(size, size + 511);
            assertThat(entries * (512L << 20)).isGreaterThanOrEqualTo(size);
            long clusters = 3 + (entries * 8 + CLUSTER - 1) / CLUSTER;
            assertThat(channel.size()).isEqualTo(clusters * CLUSTER);
            ByteBuffer counts = ByteBuffer.allocate(CLUSTER);
            channel.position(2L * CLUSTER).read(counts);
            assertThat(counts.getShort((int) clusters * 2 - 2)).isEqualTo((short) 1);
            assertThat(counts.getShort((int) clusters * 2)).isEqualTo((short) 0);
        } finally {
            Files.delete(file);
            Files.delete(file.getParent());
        }
    }

    @Test
    void neverWritesOverAnOverlay() throws IOException {
        Path file = Files.createFile(folder.resolve("o.qcow2"));
        assertThatThrownBy(() -> Overlay.write(file, Path.of("/image"), 512))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void refusesABackingFileWhosePathDoesNotFit() {
        assertThatThrownBy(() -> Overlay.write(folder.resolve("o"), Path.of("/" + "a".repeat(1023)), 512))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than the 1023 bytes");
    }

    @Test
    void qemuFindsNothingWrongAndReadsTheImageThroughIt() throws IOException, InterruptedException {
        assumeTrue(Shell.find("qemu-img").isPresent(), "qemu-img is not installed (Debian: qemu-utils)");
        for (int size : List.of(512, 1 << 20, (5 << 20) + 512, 9 << 20)) {
            Path image = folder.resolve("image, with a comma " + size);
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            Files.write(image, content);
            Path overlay = folder.resolve("overlay" + size);
            Overlay.write(overlay, image, size);
            assertThat(Shell.run("qemu-img", "check", overlay.toString())).contains("No errors were found");
            Path flat = folder.resolve("flat" + size);
            Shell.run("qemu-img", "convert", "-O", "raw", overlay.toString(), flat.toString());
            assertThat(flat).hasBinaryContent(content);
        }
    }

    @Test
    void qemuAcceptsTheLargestDisk() throws IOException, InterruptedException {
        assumeTrue(Shell.find("qemu-img").isPresent(), "qemu-img is not installed (Debian: qemu-utils)");
        Path image = Files.write(folder.resolve("image"), new byte[512]);
        Path overlay = folder.resolve("overlay");
        Overlay.write(overlay, image, 1L << 46);
        assertThat(Shell.run("qemu-img", "check", overlay.toString())).contains("No errors were found");
    }
}
