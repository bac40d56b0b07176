package dev.unipkg.kernels.nanos.tfs;

import static dev.unipkg.kernels.nanos.tfs.HandMade.BLOCKS;
import static dev.unipkg.kernels.nanos.tfs.HandMade.file;
import static dev.unipkg.kernels.nanos.tfs.HandMade.symbol;
import static dev.unipkg.kernels.nanos.tfs.HandMade.symbol8;
import static dev.unipkg.kernels.nanos.tfs.HandMade.text;
import static dev.unipkg.kernels.nanos.tfs.HandMade.volume;
import static dev.unipkg.kernels.nanos.tfs.HandMade.volumeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images of other tools, images that broke, and images that mean harm.
class TfsReaderTest {

    @TempDir
    Path folder;

    @Test
    void numbersMayBeIntegersAndFilesMayHaveHoles() throws IOException {
        // blocks 2 and 3 of a file of 5 blocks lie at block 1030, as mkfs writes numbers
        byte[] volume = volumeOf("91" + symbol8("children") + "91" + symbol("a") + "92" + symbol("extents") + "91"
                + symbol("2") + "93" + symbol("length") + "b002" + symbol("offset") + "b08806" + symbol8("allocated")
                + "b008" + symbol8("filelength") + "b09400");
        Arrays.fill(volume, 1030 * 512, 1032 * 512, (byte) 'x');

        Volumes.reading(folder, volume, fs -> {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            fs.cat("/a", content);
            byte[] expected = new byte[5 * 512];
            Arrays.fill(expected, 2 * 512, 4 * 512, (byte) 'x');
            assertThat(content.toByteArray()).isEqualTo(expected);
            assertThat(fs.check()).isEmpty();

            Path target = folder.resolve("extracted");
            assertThat(TfsExtraction.extract(fs, target)).isEmpty();
            assertThat(target.resolve("a")).hasBinaryContent(expected);
        });
    }

    @Test
    void extentsThatWereNeverWrittenReadAsZeros() throws IOException {
        byte[] volume = volumeOf("91" + symbol8("children") + "91" + symbol("a") + "92" + symbol("extents") + "91"
                + symbol("0") + "93" + symbol("length") + text("1") + symbol("offset") + text("1030")
                + symbol8("uninited") + "8100" + symbol8("filelength") + text("9"));
        volume[1030 * 512] = 'x';

        Volumes.reading(folder, volume, fs -> {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            fs.cat("a", content);
            assertThat(content.toByteArray()).hasSize(9).containsOnly(0);
        });
    }

    @Test
    void whatTheKernelAppendsIsReadOn() throws IOException {
        // {children: {}}, then on entry 3, which is the children, d: {children: {}}, and root.program = "p"
        byte[] volume = volume("02" + "0c" + "0c" + "91" + symbol8("children") + "90" + "04" + "02" + "07" + "07"
                + "1103" + symbol("d") + "91" + "02" + "90" + "04" + "01");

        Volumes.reading(folder, volume, fs -> {
            assertThat(fs.find("d")).get().isInstanceOf(TfsNode.Directory.class);
            assertThat(fs.check()).isEmpty();
        });
    }

    @Test
    void linksAreFollowedInsideTheImageOnly() throws IOException {
        Path volume = Volumes.write(
                folder,
                FileTree.builder()
                        .file("etc/passwd", "ours")
                        .symlink("up", "../../../etc/passwd")
                        .symlink("absolute", "/etc/passwd")
                        .symlink("dir", "etc")
                        .symlink("loop", "loop")
                        .build());

        Volumes.reading(volume, fs -> {
            for (String path : List.of("up", "absolute", "dir/passwd", "/dir/../etc/./passwd")) {
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                fs.cat(path, content);
                assertThat(content).hasToString("ours");
            }
            for (String path : List.of("loop", "etc", "nothing", "etc/passwd/x")) {
                assertThatThrownBy(() -> fs.cat(path, new ByteArrayOutputStream()))
                        .isInstanceOf(RefusedException.class);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "00, unknown frame 0",
        "06, unknown frame 6",
        "020105, has a part",
        "020101c0, record that is not a tuple",
        "0302, has a part of 2 bytes where a record needs only 0",
        "05018800, leads back to block 1",
        "05808800, links to",
        "050000, links to 0 blocks",
        "0588018800, there is no NVMTFS log at block 1025",
        "01, holds no record",
    })
    void aLogThatMakesNoSenseIsRefused(String frames, String why) {
        byte[] volume = volume(frames);

        assertThatThrownBy(() -> Volumes.reading(folder, volume, _ -> {}))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aTruncatedVolumeIsRefused() throws IOException {
        Path volume = Volumes.write(folder, FileTree.builder().file("a", "x").build());
        byte[] bytes = Files.readAllBytes(volume);

        for (int length : List.of(0, 1, 511, 512, 1000, 524_000)) {
            assertThatThrownBy(() -> Volumes.reading(folder, Arrays.copyOf(bytes, length), _ -> {}))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void aRecordThatTheLogDoesNotFinishIsFound() throws IOException {
        byte[] volume =
                volume("02" + "0c" + "0c" + "91" + symbol8("children") + "90" + "02" + "20" + "02" + "1103" + "01");

        Volumes.reading(folder, volume, fs -> assertThat(fs.check()).containsExactly(new Finding.UnfinishedRecord(30)));
    }

    @Test
    void aDirectoryInTwoPlacesIsRefused() {
        // {children: {d: {children: <entry 3, the children of the root>}}}
        byte[] volume = volumeOf("91" + symbol8("children") + "91" + symbol("d") + "91" + "02" + "1003");

        assertThatThrownBy(() -> Volumes.reading(folder, volume, _ -> {}))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("two places");
    }

    @Test
    void aFileMayHaveTwoNames() throws IOException {
        // {children: {a: {extents: {}, filelength: "0"}, b: <the same, entry 5>}}
        byte[] volume = volumeOf("91" + symbol8("children") + "92" + symbol("a") + "92" + symbol("extents") + "90"
                + symbol8("filelength") + text("0") + symbol("b") + "1005");

        Volumes.reading(folder, volume, fs -> {
            assertThat(fs.find("a").orElseThrow()).isSameAs(fs.find("b").orElseThrow());
            assertThat(fs.check()).isEmpty();
        });
    }

    @Test
    void extentsOutsideThePartitionAreFoundAndNotRead() throws IOException {
        Volumes.reading(folder, volumeOf(file("2", Integer.toString(BLOCKS - 1), "9")), fs -> {
            assertThat(fs.check()).contains(new Finding.Outside("a", BLOCKS - 1, 2));
            assertThatThrownBy(() -> fs.cat("a", new ByteArrayOutputStream())).isInstanceOf(RefusedException.class);
        });
    }

    @Test
    void extentsInTheLogAreFound() throws IOException {
        Volumes.reading(
                folder,
                volumeOf(file("1", "7", "9")),
                fs -> assertThat(fs.check()).contains(new Finding.Overlap("the log", "a", 7)));
    }

    @ParameterizedTest
    @CsvSource({"x, 1030, 9", "1, -1, 9", "1, 1030, 1e3"})
    void numbersThatAreNoneMakeABrokenNode(String length, String offset, String fileLength) throws IOException {
        Volumes.reading(
                folder,
                volumeOf(file(length, offset, fileLength)),
                fs -> assertThat(fs.check()).hasSize(1).first().isInstanceOf(Finding.BrokenNode.class));
    }

    @Test
    void aFileBeyondTheLimitIsNotRead() throws IOException {
        Path volume = Files.write(folder.resolve("v"), volumeOf(file("1", "1030", "9000000")));

        Volumes.reading(
                volume,
                new TfsLimits(1 << 20, 1000, 64, 1 << 20),
                fs -> assertThatThrownBy(() -> fs.cat("a", new ByteArrayOutputStream()))
                        .isInstanceOfSatisfying(
                                RefusedException.class,
                                e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.TooLarge.class)));
    }

    @Test
    void aLogBeyondTheLimitIsNotRead() {
        byte[] volume = volume("05" + "8801" + "9000");

        assertThatThrownBy(() -> Volumes.reading(
                        Files.write(folder.resolve("v"), volume), new TfsLimits(600 << 10, 1000, 64, 1), _ -> {}))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.TooLarge.class));
    }

    @ParameterizedTest
    @CsvSource({"'../x'", "'..'", "'a/b'", "'.'"})
    void namesThatLeadOutAreRefused(String name) {
        byte[] volume =
                volumeOf("91" + symbol8("children") + "91" + symbol(name) + "91" + symbol8("linktarget") + text("x"));

        assertThatThrownBy(() -> Volumes.reading(folder, volume, _ -> {}))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal())
                                .isInstanceOfAny(ArchiveRefusal.UnsafePath.class, ArchiveRefusal.InvalidPath.class));
    }

    @Test
    void bytesThatBelongToNothingAreFound() throws IOException {
        Path volume = Volumes.write(folder, FileTree.builder().file("a", "x").build());
        byte[] bytes = Files.readAllBytes(volume);
        bytes[1026 * 512 + 7] = 1;
        bytes[1025 * 512 + 1] = 1;

        Volumes.reading(
                folder,
                bytes,
                fs -> assertThat(fs.check())
                        .containsExactlyInAnyOrder(new Finding.Padding("a"), new Finding.Unclaimed(1026 * 512 + 7, 1))
                        .allMatch(Finding::isHarmless));
    }

    @Test
    void aVolumeWithoutRoomIsFound() throws IOException {
        byte[] bytes = Arrays.copyOf(volumeOf("91" + symbol8("children") + "90"), (1025 + 2048) * 512);

        Volumes.reading(folder, bytes, fs -> assertThat(fs.check()).containsExactly(new Finding.NoRoom(2048)));
    }

    @Test
    void aRepeatedSymbolIsFound() throws IOException {
        byte[] bytes = volumeOf("92" + symbol8("children") + "91" + symbol("d") + "91" + symbol8("children") + "90"
                + symbol("d") + text("x"));

        Volumes.reading(
                folder,
                bytes,
                fs -> assertThat(fs.check())
                        .contains(new Finding.RepeatedSymbol("children"), new Finding.RepeatedSymbol("d"))
                        .noneMatch(Finding::isHarmless));
    }
}
