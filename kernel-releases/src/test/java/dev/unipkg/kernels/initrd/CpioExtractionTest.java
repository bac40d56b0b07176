package dev.unipkg.kernels.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.TreeLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpioExtractionTest {

    @TempDir
    Path temp;

    @Test
    void whatAnInitrdHoldsIsInTheFolder() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Path initrd = temp.resolve("initrd");
        CpioWriter.write(
                FileTree.builder()
                        .file("bin/run", new Content.Bytes("run".getBytes(StandardCharsets.US_ASCII)), true)
                        .file("etc/motd", "hello")
                        .symlink("out", outside.toString())
                        .directory("tmp")
                        .build(),
                initrd);

        Path folder = temp.resolve("a/folder");
        assertThat(CpioExtraction.extract(initrd, TreeLimits.DEFAULT, folder)).isEmpty();

        assertThat(folder.resolve("bin/run")).hasContent("run").isExecutable();
        assertThat(folder.resolve("etc/motd")).hasContent("hello");
        assertThat(Files.isExecutable(folder.resolve("etc/motd"))).isFalse();
        assertThat(Files.readSymbolicLink(folder.resolve("out"))).isEqualTo(outside);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void ofOneThatIsCutOffNothingIsExtracted() throws IOException {
        Path initrd = temp.resolve("initrd");
        CpioWriter.write(FileTree.builder().file("a", "hello").build(), initrd);
        Files.write(initrd, Arrays.copyOf(Files.readAllBytes(initrd), 200));

        Path folder = temp.resolve("folder");
        assertThatThrownBy(() -> CpioExtraction.extract(initrd, TreeLimits.DEFAULT, folder))
                .isInstanceOf(RefusedException.class);
        assertThat(folder).doesNotExist();
    }
}
