package dev.unipkg.kernels.nanos.tfs;

import static dev.unipkg.kernels.nanos.tfs.HandMade.symbol;
import static dev.unipkg.kernels.nanos.tfs.HandMade.symbol8;
import static dev.unipkg.kernels.nanos.tfs.HandMade.text;
import static dev.unipkg.kernels.nanos.tfs.HandMade.volumeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.RefusedException;
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
    void linksThatNoFolderCanHoldAreLeftOut() throws IOException {
        byte[] volume = volumeOf("91" + symbol8("children") + "94"
                + symbol("a") + "91" + symbol8("linktarget") + "c2ff61"
                + symbol("b") + "91" + symbol8("linktarget") + "c0"
                + symbol("c") + "91" + symbol8("linktarget") + "c100"
                + symbol("d") + "91" + symbol8("linktarget") + text("a"));
        Path target = folder.resolve("target");

        Volumes.reading(
                folder,
                volume,
                fs -> assertThat(TfsExtraction.extract(fs, target)).containsExactly("a", "b", "c"));

        assertThat(Files.readSymbolicLink(target.resolve("d"))).hasToString("a");
        assertThat(target.toFile().list()).containsExactly("d");
    }

    @Test
    void aLinkLongerThanALinkCanBeIsLeftOut() throws IOException {
        byte[] volume = volumeOf("91" + symbol8("children") + "92"
                + symbol("a") + "91" + symbol8("linktarget") + "c8a000" + "78".repeat(4096)
                + symbol("b") + "91" + symbol8("linktarget") + text("a"));
        Path target = folder.resolve("target");

        Volumes.reading(
                folder,
                volume,
                fs -> assertThat(TfsExtraction.extract(fs, target)).containsExactly("a"));

        assertThat(target.toFile().list()).containsExactly("b");
    }

    @Test
    void twoNamesOfOneFileTakeTheRoomOfOne() throws IOException {
        byte[] volume =
                volumeOf("91" + symbol8("children") + "92" + symbol("a") + file("1025") + symbol("b") + "10" + "05");
        volume[1025 * Tfs.BLOCK] = 'x';
        Path target = folder.resolve("target");

        Volumes.reading(
                folder,
                volume,
                fs -> assertThat(TfsExtraction.extract(fs, target)).isEmpty());

        assertThat(target.resolve("a")).hasContent("x\0\0").hasSameBinaryContentAs(target.resolve("b"));
        assertThat(Files.getAttribute(target.resolve("a"), "unix:nlink")).isEqualTo(2);
    }

    /// A block of an image that many files claim could fill any disk.
    @Test
    void filesThatShareBlocksAreNotExtracted() throws IOException {
        byte[] volume =
                volumeOf("91" + symbol8("children") + "92" + symbol("a") + file("1025") + symbol("b") + file("1025"));
        Path target = folder.resolve("target");

        assertThatThrownBy(() -> Volumes.reading(folder, volume, fs -> TfsExtraction.extract(fs, target)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("share block 1025");
        assertThat(target).doesNotExist();
    }

    /// A file of three bytes in the block `offset`.
    private static String file(String offset) {
        return "92" + symbol("extents") + "91" + symbol("0") + "92" + symbol("length") + text("1") + symbol("offset")
                + text(offset) + symbol8("filelength") + text("3");
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
