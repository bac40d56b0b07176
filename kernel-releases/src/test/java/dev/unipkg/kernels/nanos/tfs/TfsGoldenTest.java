package dev.unipkg.kernels.nanos.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bytes of a small volume, against a description of each of them.
class TfsGoldenTest {

    private static final UUID UUID_A0_AF = UUID.fromString("a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf");

    private static final Value.Tuple ATTRIBUTES = Value.Tuple.EMPTY
            .with("program", Value.text("/a"))
            .with("arguments", Value.texts(List.of("a", "-x")))
            .with("environment", Value.texts(Map.of("PWD", "/")))
            .with("big", Value.text("x".repeat(130)));

    @TempDir
    Path folder;

    @Test
    void everyByteIsTheOneTheFormatAsksFor() throws IOException {
        FileTree tree =
                FileTree.builder().file("a", "hi\n").symlink("d/l", "../a").build();

        Path volume = Volumes.write(folder, "tiny", UUID_A0_AF, tree, ATTRIBUTES);

        byte[] golden = AnnotatedHex.read(getClass(), "tiny-volume.hex");
        byte[] written = Files.readAllBytes(volume);
        assertThat(Arrays.copyOf(written, golden.length)).isEqualTo(golden);
        assertThat(Arrays.copyOfRange(written, golden.length, written.length)).containsOnly(0);
    }

    @Test
    void aReaderUnderstandsTheDescribedBytes() throws IOException {
        Path volume = Files.write(folder.resolve("tiny"), AnnotatedHex.read(getClass(), "tiny-volume.hex"));

        Volumes.reading(volume, fs -> {
            assertThat(fs.label()).isEqualTo("tiny");
            assertThat(fs.uuid()).isEqualTo(UUID_A0_AF);
            assertThat(fs.version()).isEqualTo(5);
            assertThat(fs.attributes()).isEqualTo(ATTRIBUTES);
            assertThat(fs.find("/d/l")).contains(new TfsNode.Symlink("../a"));
        });
    }
}
