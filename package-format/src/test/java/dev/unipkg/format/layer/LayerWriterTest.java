package dev.unipkg.format.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerWriterTest {

    @TempDir
    Path temp;

    @Test
    void theDigestsOfAKnownTreeNeverChange() throws IOException {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        WrittenLayer written = LayerWriter.write(Trees.sample(), blob);
        assertThat(written)
                .isEqualTo(new WrittenLayer(
                        Digest.parse("sha256:7d4c224d346f1dfecce91781f147bb2657473de6136e66f3465952f0edc8e9e8"),
                        650,
                        Digest.parse("sha256:c0e9721e4efda000b321d77fb862734dd2f82f5d486698cffb5322448a5fed0f"),
                        21504));
        assertThat(Digest.of(blob.toByteArray())).isEqualTo(written.blob());
        assertThat(blob.size()).isEqualTo(written.blobSize());
    }

    @Test
    void anEmptyTreeIsTwoBlocksOfNul() throws IOException {
        WrittenLayer written = LayerWriter.write(FileTree.EMPTY, OutputStream.nullOutputStream());
        assertThat(written.tarSize()).isEqualTo(1024);
        assertThat(written.diffId()).isEqualTo(Digest.of(new byte[1024]));
    }

    @Test
    void theTarOfATreeIsWhatItsLayerUnpacksTo() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        LayerWriter.writeTar(Trees.sample(), tar, Limits.DEFAULT);
        WrittenLayer layer = LayerWriter.write(Trees.sample(), OutputStream.nullOutputStream());
        assertThat(Digest.of(tar.toByteArray())).isEqualTo(layer.diffId());
    }

    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll long seed) throws IOException {
        FileTree tree = Trees.random(seed);
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        WrittenLayer written = LayerWriter.write(tree, blob, 1);
        ReadLayer read =
                LayerReader.list(new ByteArrayInputStream(blob.toByteArray()), LayerCompression.ZSTD, Limits.DEFAULT);
        assertThat(Trees.listing(read)).isEqualTo(Trees.listing(tree));
        assertThat(new WrittenLayer(read.blob(), read.blobSize(), read.diffId(), read.tarSize()))
                .isEqualTo(written);
    }

    @Property(tries = 50)
    void theUnpackedTarOpensAsTheSameTreeAndIsTheSameLayerAgain(@ForAll long seed) throws IOException {
        Path folder = Files.createTempDirectory("layer");
        Path tar = folder.resolve("tar");
        try {
            FileTree tree = Trees.random(seed);
            ByteArrayOutputStream blob = new ByteArrayOutputStream();
            WrittenLayer written = LayerWriter.write(tree, blob, 1);
            LayerReader.unpack(
                    new ByteArrayInputStream(blob.toByteArray()),
                    LayerCompression.ZSTD,
                    Limits.DEFAULT,
                    new LayerReader.Expected(written.blob(), written.blobSize(), written.diffId()),
                    tar);
            FileTree opened = LayerReader.openTar(tar, Limits.DEFAULT);
            assertThat(Trees.listing(opened)).isEqualTo(Trees.listing(tree));
            assertThat(LayerWriter.write(opened, OutputStream.nullOutputStream(), 1))
                    .isEqualTo(written);
        } finally {
            Files.deleteIfExists(tar);
            Files.delete(folder);
        }
    }

    @Test
    void theFrameDoesNotDependOnHowContentsAreCut() throws IOException {
        byte[] bytes = "the same bytes ".repeat(40_000).getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(temp.resolve("file"), bytes);
        FileTree inMemory = FileTree.builder()
                .file("a", new Content.Bytes(bytes), false)
                .file("b", "b")
                .build();
        FileTree onDisk = FileTree.builder()
                .file("b", "b")
                .file("a", Content.ofFile(file), false)
                .build();
        assertThat(LayerWriter.write(inMemory, OutputStream.nullOutputStream()))
                .isEqualTo(LayerWriter.write(onDisk, OutputStream.nullOutputStream()));
    }

    @Test
    void aTreeThatNoLayerMayHoldIsNotWritten() {
        assertThat(refusal(FileTree.builder().symlink("a", "/etc/passwd")))
                .isEqualTo(new ArchiveRefusal.LinkLeavesRoot("a", "/etc/passwd"));
        assertThat(refusal(FileTree.builder().symlink("a/b", "../../etc")))
                .isEqualTo(new ArchiveRefusal.LinkLeavesRoot("a/b", "../../etc"));
        assertThat(refusal(FileTree.builder().symlink("a", "b").symlink("b", "a")))
                .isEqualTo(new ArchiveRefusal.LinkLoop("a"));
        assertThat(refusal(FileTree.builder().file("x/.wh.y", ""))).isInstanceOf(ArchiveRefusal.NotCanonical.class);
        assertThat(refusal(FileTree.builder().symlink("a", "b\nc"))).isInstanceOf(ArchiveRefusal.NotCanonical.class);
        assertThat(refusal(FileTree.builder()
                        .file("a", new Content.Region(Path.of("huge"), 0, TarHeader.MAX_FILE_BYTES + 1), false)))
                .isInstanceOf(ContentRefusal.TooLarge.class);
    }

    @Property(tries = 500)
    void whatIsWrittenWithinLimitsIsReadWithinThem(
            @ForAll long seed,
            @ForAll @IntRange(min = -1, max = 1) int bytes,
            @ForAll @IntRange(min = -1, max = 1) int entries,
            @ForAll @IntRange(min = -1, max = 1) int names)
            throws IOException {
        FileTree tree = Trees.random(seed);
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        LayerWriter.write(tree, blob, 1);
        ReadLayer whole =
                LayerReader.list(new ByteArrayInputStream(blob.toByteArray()), LayerCompression.ZSTD, Limits.DEFAULT);
        Limits tight = new Limits(
                whole.tarSize() + bytes,
                Math.max(0, whole.entries().size() + entries),
                1000,
                1024,
                1024,
                64,
                Math.max(0, names(whole) + names));
        boolean read = isDone(
                () -> LayerReader.list(new ByteArrayInputStream(blob.toByteArray()), LayerCompression.ZSTD, tight));
        boolean written =
                isDone(() -> LayerWriter.write(tree, OutputStream.nullOutputStream(), 1, new LayerBudget(tight)));

        assertThat(written).isEqualTo(read);
        Statistics.collect(read ? "taken" : "refused");
    }

    private static long names(ReadLayer layer) {
        return layer.entries().stream()
                .mapToLong(
                        entry -> (entry.path() + entry.linkTarget().orElse("")).getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    private interface Step {
        void run() throws IOException;
    }

    private static boolean isDone(Step step) throws IOException {
        try {
            step.run();
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }

    @Test
    void aTreeThatReadersTakeForABombIsNotWritten() throws IOException {
        Path zeros = temp.resolve("zeros");
        try (RandomAccessFile file = new RandomAccessFile(zeros.toFile(), "rw")) {
            file.setLength(Limits.RATIO_FREE_BYTES);
        }
        assertThat(refusal(FileTree.builder().file("a", Content.ofFile(zeros), false)))
                .isEqualTo(new ArchiveRefusal.Bomb(1000));
    }

    @Test
    void aFileThatShrankIsNotWrittenAsIfItWereWhole() throws IOException {
        Path file = Files.write(temp.resolve("file"), new byte[100]);
        FileTree tree =
                FileTree.builder().file("a", Content.ofFile(file), false).build();
        Files.write(file, new byte[10]);
        assertThatThrownBy(() -> LayerWriter.write(tree, OutputStream.nullOutputStream()))
                .hasMessageContaining("shorter");
    }

    private static Object refusal(FileTree.Builder tree) {
        try {
            LayerWriter.write(tree.build(), OutputStream.nullOutputStream());
            return "written";
        } catch (RefusedException e) {
            return e.refusal();
        } catch (IOException e) {
            return e;
        }
    }
}
