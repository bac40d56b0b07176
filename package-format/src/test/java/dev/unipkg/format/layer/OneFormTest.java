package dev.unipkg.format.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.TarHeader.Field;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// A tree has one archive: whatever else is done to a tar, it is refused or it is the archive of another tree.
class OneFormTest {

    private static byte[] sample = new byte[0];
    private static Path tar = Path.of("");

    @BeforeContainer
    static void sample() throws IOException {
        tar = Files.createTempFile("one-form", ".tar");
        Files.delete(tar);
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        WrittenLayer written = LayerWriter.write(Trees.sample(), blob, 1);
        LayerReader.unpack(
                new ByteArrayInputStream(blob.toByteArray()),
                LayerCompression.ZSTD,
                Limits.DEFAULT,
                new LayerReader.Expected(written.blob(), written.blobSize(), written.diffId()),
                tar);
        sample = Files.readAllBytes(tar);
    }

    @AfterContainer
    static void clean() throws IOException {
        Files.deleteIfExists(tar);
    }

    @Property(tries = 3000)
    void aChangedByteIsSeen(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] changed = sample.clone();
        int at = random.nextInt(changed.length);
        changed[at] = (byte) random.nextInt(256);
        requireOneForm(changed);
    }

    @Property(tries = 3000)
    void aChangedHeaderWithItsChecksumPutRightIsSeen(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] changed = sample.clone();
        int block = random.nextInt(changed.length / TarHeader.BLOCK) * TarHeader.BLOCK;
        byte[] header = Arrays.copyOfRange(changed, block, block + TarHeader.BLOCK);
        String interesting = "\0 /.0172567xgLKS";
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            header[random.nextInt(TarHeader.BLOCK)] = (byte) interesting.charAt(random.nextInt(interesting.length()));
        }
        String sum = String.format(Locale.ROOT, "%06o\0 ", TarHeader.checksum(header));
        System.arraycopy(sum.getBytes(StandardCharsets.US_ASCII), 0, header, Field.CHKSUM.offset, 8);
        System.arraycopy(header, 0, changed, block, header.length);
        requireOneForm(changed);
    }

    @Property(tries = 500)
    void blocksTakenOutOrPutElsewhereAreSeen(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        int blocks = sample.length / TarHeader.BLOCK;
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        int out = random.nextInt(blocks);
        int in = random.nextInt(blocks);
        for (int i = 0; i < blocks; i++) {
            if (i == in) {
                changed.write(sample, out * TarHeader.BLOCK, TarHeader.BLOCK);
            }
            if (i != out) {
                changed.write(sample, i * TarHeader.BLOCK, TarHeader.BLOCK);
            }
        }
        requireOneForm(changed.toByteArray());
    }

    private static void requireOneForm(byte[] bytes) throws IOException {
        Files.write(tar, bytes);
        try {
            WrittenLayer again =
                    LayerWriter.write(LayerReader.openTar(tar, Limits.DEFAULT), OutputStream.nullOutputStream(), 1);
            assertThat(again.diffId()).isEqualTo(Digest.of(bytes));
        } catch (RefusedException e) {
            assertThat(e.refusal().message()).isNotEmpty();
        }
    }
}
