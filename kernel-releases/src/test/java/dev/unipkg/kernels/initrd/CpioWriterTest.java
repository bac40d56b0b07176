package dev.unipkg.kernels.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreeLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpioWriterTest {

    @TempDir
    Path temp;

    @Test
    void aKnownTreeIsWrittenAsTheFormatSays() throws IOException {
        FileTree tree = FileTree.builder()
                .file("bin/hi", Content.ofText("abcde"), true)
                .symlink("l", "bin")
                .build();
        String zeros = "00000000";
        String expected = "070701" + "00000001" + "000041ed" + zeros.repeat(2) + "00000002" + zeros.repeat(6)
                + "00000004" + zeros + "bin\0" + "\0\0"
                + "070701" + "00000002" + "000081ed" + zeros.repeat(2) + "00000001" + zeros + "00000005"
                + zeros.repeat(4) + "00000007" + zeros + "bin/hi\0" + "\0\0\0" + "abcde\0\0\0"
                + "070701" + "00000003" + "0000a1ff" + zeros.repeat(2) + "00000001" + zeros + "00000003"
                + zeros.repeat(4) + "00000002" + zeros + "l\0" + "bin\0"
                + "070701" + "00000000" + zeros + zeros.repeat(2) + "00000001" + zeros.repeat(6) + "0000000b" + zeros
                + "TRAILER!!!\0" + "\0\0\0";
        assertThat(new String(written(tree), StandardCharsets.UTF_8)).isEqualTo(expected);
    }

    @Property(tries = 60)
    void whatIsWrittenIsRead(@ForAll long seed) throws IOException {
        temp = Files.createTempDirectory("cpio");
        FileTree tree = randomTree(seed);
        List<NewcEntries.Entry> entries = NewcEntries.read(written(tree));
        assertThat(entries.stream().map(CpioWriterTest::line)).isEqualTo(listing(tree));
        assertThat(entries.stream().map(NewcEntries.Entry::inode))
                .isEqualTo(IntStream.rangeClosed(1, entries.size())
                        .mapToObj(Long::valueOf)
                        .toList());
        assertThat(listing(CpioReader.read(temp.resolve("cpio"), TreeLimits.DEFAULT)))
                .isEqualTo(listing(tree));
        Files.delete(temp.resolve("cpio"));
        Files.delete(temp);
    }

    @Test
    void contentsOnDiskGiveTheSameBytesAsInMemory() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(temp.resolve("file"), bytes);
        byte[] memory = written(FileTree.builder()
                .file("a", new Content.Bytes(bytes), false)
                .file("b", "b")
                .build());
        byte[] disk = written(FileTree.builder()
                .file("a", Content.ofFile(file), false)
                .file("b", "b")
                .build());
        assertThat(Digest.of(disk)).isEqualTo(Digest.of(memory));
    }

    @Test
    void gnuCpioListsTheSameTree() throws Exception {
        Process version;
        try {
            version = new ProcessBuilder("cpio", "--version").start();
        } catch (IOException e) {
            version = null;
        }
        assumeTrue(
                version != null && version.waitFor() == 0,
                "cpio is not installed, so it cannot say what it reads; on Debian: apt-get install cpio");
        for (int seed = 0; seed < 10; seed++) {
            FileTree tree = randomTree(seed);
            written(tree);
            Path folder = Files.createTempDirectory(temp, "unpacked");
            Process cpio = new ProcessBuilder("cpio", "--extract", "--make-directories", "--quiet")
                    .directory(folder.toFile())
                    .redirectInput(temp.resolve("cpio").toFile())
                    .inheritIO()
                    .redirectInput(temp.resolve("cpio").toFile())
                    .start();
            assertThat(cpio.waitFor()).isZero();
            assertThat(listing(FileTree.ofDirectory(folder))).isEqualTo(listing(tree));
        }
    }

    @Test
    void aFileOfFourGibibytesIsRefused() {
        FileTree tree = FileTree.builder()
                .file("big", new Content.Region(Path.of("big"), 0, 1L << 32), false)
                .build();
        assertThatThrownBy(() -> CpioWriter.write(tree, temp.resolve("cpio")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal())
                                .isEqualTo(new ContentRefusal.TooLarge("big", CpioWriter.MAX_FILE_BYTES)));
        assertThat(temp.resolve("cpio")).doesNotExist();
    }

    @Test
    void whatWouldEndTheArchiveIsRefused() {
        FileTree tree = FileTree.builder().file("TRAILER!!!", "not the end").build();

        assertThatThrownBy(() -> CpioWriter.write(tree, temp.resolve("cpio")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("\"TRAILER!!!\" would end the initrd");
        assertThat(temp.resolve("cpio")).doesNotExist();
    }

    @Test
    void onlyAtTheTopWouldItEndTheArchive() throws IOException {
        byte[] archive = written(
                FileTree.builder().file("a/TRAILER!!!", "x").file("b", "y").build());

        assertThat(NewcEntries.read(archive).stream().map(NewcEntries.Entry::path))
                .containsExactly("a", "a/TRAILER!!!", "b");
    }

    private byte[] written(FileTree tree) throws IOException {
        Path target = temp.resolve("cpio");
        CpioWriter.write(tree, target);
        return Files.readAllBytes(target);
    }

    /// Names are ASCII, because Java reads no others back under every locale.
    private static FileTree randomTree(long seed) {
        Random random = new Random(seed);
        FileTree.Builder tree = FileTree.builder();
        for (int i = random.nextInt(40); i > 0; i--) {
            String path = IntStream.rangeClosed(0, random.nextInt(4))
                    .mapToObj(depth -> "n".repeat(1 + random.nextInt(20)) + random.nextInt(5))
                    .reduce((a, b) -> a + "/" + b)
                    .orElseThrow();
            byte[] bytes = new byte[random.nextBoolean() ? random.nextInt(10) : random.nextInt(100_000)];
            random.nextBytes(bytes);
            switch (random.nextInt(4)) {
                case 0 -> tree.directory(path);
                case 1 -> tree.symlink(path, "x".repeat(1 + random.nextInt(30)));
                default -> tree.file(path, new Content.Bytes(bytes), random.nextBoolean());
            }
        }
        return tree.build();
    }

    private static String line(NewcEntries.Entry entry) {
        return switch (entry.mode() & 0170000) {
            case 0040000 -> entry.path() + " directory " + (entry.mode() & 07777) + " " + entry.links();
            case 0120000 -> entry.path() + " -> " + new String(entry.body(), StandardCharsets.UTF_8);
            default -> entry.path() + " " + (entry.mode() & 07777) + " " + Digest.of(entry.body());
        };
    }

    private static List<String> listing(FileTree tree) throws IOException {
        List<String> lines = new ArrayList<>();
        tree.forEach((path, node) -> lines.add(
                switch (node) {
                    case Node.Directory directory -> path + " directory " + 0755 + " 2";
                    case Node.Symlink(String target) -> path + " -> " + target;
                    case Node.File(Content content, boolean executable) ->
                        path + " " + (executable ? 0755 : 0644) + " " + content.digest();
                }));
        return lines;
    }
}
