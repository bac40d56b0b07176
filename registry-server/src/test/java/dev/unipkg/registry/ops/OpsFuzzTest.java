package dev.unipkg.registry.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/// Any bytes that a client of ops sends are read within the limits or refused.
class OpsFuzzTest {

    private static final String BOUNDARY = "ab--ab";
    private static final Limits LIMITS = new Limits(1 << 20, 20, 1000, 200, 100, 8, 4 << 10);

    @FuzzTest(maxDuration = "60s")
    void anyBytesAreReadAsAFormOrRefused(byte[] bytes) throws IOException {
        try {
            FormReader form = FormReader.of(
                    new ByteArrayInputStream(bytes), "multipart/form-data; boundary=\"" + BOUNDARY + "\"");
            int length = 0;
            while (form.next().isPresent()) {
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                form.copyContent(content);
                assertThat(content.toString(ISO_8859_1)).doesNotContain("\r\n--" + BOUNDARY);
                length += content.size();
            }
            assertThat(length).isLessThan(bytes.length);
        } catch (RefusedException e) {
            assertThat(e.refusal().message()).isNotEmpty();
        }
    }

    @FuzzTest(maxDuration = "60s")
    void anyBytesAreReadAsATarballOrRefused(byte[] bytes) throws IOException {
        read(bytes);
    }

    /// The bytes are packed first, so that the fuzzer reaches what lies behind the checksum of gzip.
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreReadAsATarOrRefused(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        read(packed.toByteArray());
    }

    private static void read(byte[] tarball) throws IOException {
        Path folder = Files.createTempDirectory("fuzz");
        Path file = Files.write(folder.resolve("tarball"), tarball);
        Path unpacked = folder.resolve("unpacked");
        try {
            FileTree tree = UploadedFiles.read(file, "a_1", unpacked, LIMITS, () -> {});
            assertThat(tree.entries()).isLessThanOrEqualTo(LIMITS.entries());
            tree.forEach((path, node) -> assertThat(path.getBytes(UTF_8).length).isLessThan(LIMITS.pathLength()));
            assertThat(Files.size(unpacked)).isLessThanOrEqualTo(LIMITS.bytes());
        } catch (RefusedException e) {
            assertThat(e.refusal().message()).isNotEmpty();
        } finally {
            Files.deleteIfExists(unpacked);
            Files.delete(file);
            Files.delete(folder);
        }
    }
}
