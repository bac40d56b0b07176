package dev.unipkg.kernels.nanos;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.TfsLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Any bytes are read as an image or as a release, or refused.
class NanosFuzzTest {

    @FuzzTest
    void anyBytesAreReadAsAnImageOrRefused(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".img");
        try {
            Files.write(file, bytes);
            try (NanosReader reader = NanosReader.open(file, new TfsLimits(2 << 20, 20_000, 64, 1 << 20))) {
                reader.kernelLog();
                reader.check().forEach(Finding::message);
            }
        } catch (RefusedException expected) {
            // a refusal is the right answer to bytes that are no image
        } finally {
            Files.delete(file);
        }
    }

    @FuzzTest
    void anyBytesAreReadAsAReleaseOrRefused(byte[] bytes) throws IOException {
        try {
            NanosTarball.files("fuzz", Arch.X86_64, new ByteArrayInputStream(bytes));
        } catch (RefusedException expected) {
            // a refusal is the right answer to bytes that are no release
        }
    }
}
