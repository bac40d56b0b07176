package dev.unipkg.registry.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Tarballs with any damage are read as a tree within the limits or refused; nothing else happens.
class UploadedFilesTest {

    private static final Limits LIMITS = new Limits(1 << 20, 20, 1000, 200, 100, 8, 4 << 10);

    @Property(tries = 500)
    void damagedTarballIsATreeOrRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(OpsArchive.of("a_1", new byte[700], "{}")
                        .link("a_1/sysroot/l", "etc/motd")
                        .file("a_1/" + "n".repeat(120), new byte[3])
                        .bytes()))
                .readAllBytes();
        for (int change = random.nextInt(1, 6); change > 0; change--) {
            tar[random.nextInt(tar.length)] = (byte) random.nextInt();
        }
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(tar, 0, random.nextInt(8) == 0 ? random.nextInt(tar.length) : tar.length);
        }
        readOrRefused(gzip.toByteArray());
        byte[] damaged = gzip.toByteArray();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        readOrRefused(damaged);
    }

    private static void readOrRefused(byte[] tarball) throws IOException {
        Path folder = Files.createTempDirectory("uploaded");
        Path file = Files.write(folder.resolve("tarball"), tarball);
        Path unpacked = folder.resolve("unpacked");
        try {
            FileTree tree = UploadedFiles.read(file, "a_1", unpacked, LIMITS, () -> {});
            assertThat(tree.entries()).isLessThanOrEqualTo(LIMITS.entries());
            tree.forEach((path, node) ->
                    assertThat(path.getBytes(StandardCharsets.UTF_8).length).isLessThan(LIMITS.pathLength()));
        } catch (RefusedException e) {
            assertThat(e.refusal().message()).isNotEmpty();
        } finally {
            Files.deleteIfExists(unpacked);
            Files.delete(file);
            Files.delete(folder);
        }
    }
}
