package dev.unipkg.kernels.nanos.tfs;

import static dev.unipkg.kernels.nanos.tfs.HandMade.symbol;
import static dev.unipkg.kernels.nanos.tfs.HandMade.symbol8;
import static dev.unipkg.kernels.nanos.tfs.HandMade.volumeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.tree.FileTree;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing that is extracted leaves its folder.
class TfsExtractionTest {

    @TempDir
    Path folder;

    @Test
    void namesThatAreNotUtf8AreFoundAndNotExtracted() throws IOException {
        byte[] volume = volumeOf("91" + symbol8("children") + "92" + "82" + "ff61" + "91" + symbol8("children") + "90"
                + symbol("b") + "91" + "02" + "90");
        Path target = folder.resolve("target");

        Volumes.reading(folder, volume, fs -> {
            assertThat(fs.check()).contains(new Finding.UnusableName("\udcffa"));
            assertThat(TfsExtraction.extract(fs, target)).containsExactly("\udcffa");
        });
        assertThat(target.resolve("b")).isDirectory();
    }

    @Test
    void nothingIsWrittenThroughALink() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path volume = Volumes.write(
                folder,
                FileTree.builder()
                        .symlink("a", outside.toString())
                        .file("b/file", "inside")
                        .build());
        Path target = folder.resolve("target");

        Volumes.reading(volume, fs -> TfsExtraction.extract(fs, target));

        assertThat(target.resolve("b/file")).hasContent("inside");
        assertThat(target.resolve("a")).isSymbolicLink();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void nothingThatExistsIsOverwritten() throws IOException {
        Path volume = Volumes.write(folder, FileTree.builder().file("a", "new").build());
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("a"), "old");

        assertThatThrownBy(() -> Volumes.reading(volume, fs -> TfsExtraction.extract(fs, target)))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(target.resolve("a")).hasContent("old");
    }
}
