package dev.unipkg.kernels.unikraft;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Any bytes are read as a layer of a Unikraft image, or refused.
class UnikraftFuzzTest {

    @FuzzTest
    void anyBytesAreReadAsALayerOrRefused(byte[] bytes) throws IOException {
        read(bytes, MediaTypes.LAYER_TAR);
        read(bytes, MediaTypes.LAYER_TAR_GZIP);
    }

    private static void read(byte[] bytes, String mediaType) throws IOException {
        Path folder = Files.createTempDirectory("fuzz");
        try {
            UnikraftLayer layer = new UnikraftLayer(Descriptor.of(mediaType, bytes), new Content.Bytes(bytes));
            UnikraftFiles.extract("fuzz", Arch.X86_64, List.of(layer), folder);
        } catch (RefusedException expected) {
            // a refusal is the right answer to bytes that are no layer
        } finally {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
