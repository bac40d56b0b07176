package dev.unipkg.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.TreeLimits;
import dev.unipkg.kernels.initrd.CpioReader;
import dev.unipkg.kernels.nanos.NanosReader;
import dev.unipkg.kernels.nanos.NanosTarball;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.TfsLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// The seeds of the fuzz targets are sound; with a few wrong bytes they are read or refused, and nothing else happens.
class DamageTest {

    private static final String CPIO = "initrd/CpioReaderTestInputs/whateverComesIsReadOrRefused/three";
    private static final String IMAGE = "nanos/NanosFuzzTestInputs/anyBytesAreReadAsAnImageOrRefused/tiny-hybrid";
    private static final String TARBALL = "nanos/NanosFuzzTestInputs/anyBytesAreReadAsAReleaseOrRefused/tiny.tar.gz";

    private static final TfsLimits SMALL = new TfsLimits(2 << 20, 20_000, 64, 1 << 20);

    @FunctionalInterface
    private interface Reader {
        void read(Path file) throws IOException;
    }

    private static byte[] seed(String name) throws IOException {
        try (InputStream in = DamageTest.class.getResourceAsStream(name)) {
            assertThat(in).as("the seed %s", name).isNotNull();
            return in.readAllBytes();
        }
    }

    private static void reading(String name, byte[] bytes, Reader reader) throws IOException {
        Path folder = Files.createTempDirectory("damage");
        Path file = Files.write(folder.resolve(name), bytes);
        try {
            reader.read(file);
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    private static void readingOrRefusing(String name, byte[] bytes, Reader reader) throws IOException {
        try {
            reading(name, bytes, reader);
        } catch (RefusedException expected) {
            assertThat(expected.refusal().message()).isNotEmpty();
        }
    }

    /// One to four wrong bytes before `end`.
    private static byte[] damaged(byte[] sound, int end, long seed) {
        Random random = new Random(seed);
        byte[] bytes = sound.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(end)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static void cpio(Path file) throws IOException {
        CpioReader.read(file, TreeLimits.DEFAULT);
    }

    private static List<Finding> image(Path file) throws IOException {
        try (NanosReader reader = NanosReader.open(file, SMALL)) {
            reader.kernelLog();
            List<Finding> findings = reader.check();
            findings.forEach(Finding::message);
            return findings;
        }
    }

    private static byte[] gunzipped(byte[] gzip) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes();
    }

    private static byte[] gzipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void theSeedsAreSound() throws IOException {
        reading(
                "cpio",
                seed(CPIO),
                file -> assertThat(CpioReader.read(file, TreeLimits.DEFAULT).entries())
                        .isEqualTo(3));
        reading(
                "image",
                seed(IMAGE),
                file -> assertThat(image(file))
                        .allMatch(finding ->
                                finding.isHarmless() || finding.equals(new Finding.MissingProgram("kernel"))));
        reading(
                "nanos-release-linux-1.tar.gz",
                seed(TARBALL),
                file -> assertThat(NanosTarball.read(file).arch()).isEqualTo(Arch.X86_64));
    }

    @Property(tries = 300)
    void aDamagedInitrdIsReadOrRefused(@ForAll long seed) throws IOException {
        byte[] sound = seed(CPIO);
        readingOrRefusing("cpio", damaged(sound, sound.length, seed), DamageTest::cpio);
    }

    @Property(tries = 100)
    void anImageWithADamagedBootRecordIsReadOrRefused(@ForAll long seed) throws IOException {
        readingOrRefusing("image", damaged(seed(IMAGE), 512, seed), DamageTest::image);
    }

    @Property(tries = 300)
    void aDamagedReleaseIsReadOrRefused(@ForAll long seed) throws IOException {
        byte[] sound = gunzipped(seed(TARBALL));
        readingOrRefusing(
                "nanos-release-linux-1.tar.gz", gzipped(damaged(sound, 4096, seed)), file -> NanosTarball.read(file));
    }
}
