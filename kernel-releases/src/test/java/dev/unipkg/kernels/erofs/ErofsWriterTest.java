package dev.unipkg.kernels.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tools of Debian's erofs-utils read each written image; the tests skip if they are not installed.
class ErofsWriterTest {

    @TempDir
    Path temp;

    // A loop, because jqwik counts a failed assumption as a rejected try and does not report its reason.
    @Test
    void treeThatIsWrittenIsExtractedAsItWas() throws Exception {
        for (int seed = 0; seed < 30; seed++) {
            requireSameExtracted(randomTree(seed));
            ran("rm", "-r", temp.resolve("extracted").toString());
        }
    }

    @Test
    void emptyTreeIsRead() throws Exception {
        requireSameExtracted(FileTree.EMPTY);
    }

    @Test
    void directoryOfManyBlocksIsExtractedAsItWas() throws Exception {
        FileTree.Builder tree = FileTree.builder();
        for (int i = 0; i < 5000; i++) {
            tree.file("many/" + "n".repeat(i % 200) + i, Integer.toString(i));
        }
        requireSameExtracted(tree.build());
    }

    @Test
    void longNamesAndDeepFoldersAndEmptyFilesAreExtractedAsTheyWere() throws Exception {
        FileTree.Builder tree = FileTree.builder().file("empty", "").directory("nothing");
        for (char c = 'a'; c <= 'z'; c++) {
            tree.file("long/" + Character.toString(c).repeat(255), "long");
        }
        tree.file("d/".repeat(63) + "f", "deep");
        // Sorted before "." and between "." and "..".
        tree.file("order/!", "1").file("order/-", "2").file("order/.-", "3").file("order/...", "4");
        requireSameExtracted(tree.build());
    }

    @Test
    void fileThatEndsWithItsBlockIsExtractedAsItWas() throws Exception {
        requireSameExtracted(FileTree.builder()
                .file("a", new Content.Bytes(bytes(4096)), false)
                .file("b", new Content.Bytes(bytes(4097)), true)
                .file("c", new Content.Bytes(bytes(8192)), false)
                .build());
    }

    @Test
    void rootTellsWhatItIs() throws Exception {
        requireTools();
        FileTree tree = FileTree.builder()
                .file("a/run", Content.ofText("run"), true)
                .file("b/c/f", "f")
                .build();
        Path image = written(tree);
        String superblock = ran("dump.erofs", "-s", image.toString());
        assertThat(superblock)
                .contains("0xE0F5E1E2")
                .containsPattern("root nid: +36\\R")
                .containsPattern("inode count: +6\\R")
                .containsPattern("created: +Thu Jan +1 00:00:00 1970");
        assertThat(ran("dump.erofs", "--path=/", image.toString()))
                .contains("Links: 4")
                .contains("0755/rwxr-xr-x")
                .containsPattern("Uid: 0 +Gid: 0");
        assertThat(ran("dump.erofs", "--path=/a/run", image.toString()))
                .contains("Links: 1")
                .contains("0755/rwxr-xr-x");
        assertThat(ran("dump.erofs", "--path=/b/c/f", image.toString())).contains("0644/rw-r--r--");
    }

    @Test
    void contentsOnDiskGiveTheSameBytesAsInMemory() throws IOException {
        byte[] bytes = bytes(300_000);
        Path file = Files.write(temp.resolve("file"), bytes);
        Digest memory = Digest.of(Files.readAllBytes(written(FileTree.builder()
                .file("a", new Content.Bytes(bytes), false)
                .file("b", "b")
                .build())));
        Digest disk = Digest.of(Files.readAllBytes(written(FileTree.builder()
                .file("a", Content.ofFile(file), false)
                .file("b", "b")
                .build())));
        assertThat(disk).isEqualTo(memory);
    }

    @Test
    void fileOfFourGibibytesIsRefused() {
        FileTree tree = FileTree.builder()
                .file("d/big", new Content.Region(Path.of("big"), 0, 1L << 32), false)
                .build();
        assertThatThrownBy(() -> ErofsWriter.write(tree, temp.resolve("erofs")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(new ContentRefusal.TooLarge("d/big", 0xffff_ffffL)));
        assertThat(temp.resolve("erofs")).doesNotExist();
    }

    private void requireSameExtracted(FileTree tree) throws Exception {
        requireTools();
        Path image = written(tree);
        assertThat(Files.readAllBytes(written(tree))).isEqualTo(Files.readAllBytes(image));
        Path folder = temp.resolve("extracted");
        ran("fsck.erofs", "--extract=" + folder, "--preserve-perms", "--no-preserve-owner", image.toString());
        assertThat(listing(folder)).isEqualTo(listing(tree));
    }

    private Path written(FileTree tree) throws IOException {
        Path target = temp.resolve("erofs");
        ErofsWriter.write(tree, target);
        return target;
    }

    private static void requireTools() {
        boolean installed = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "fsck.erofs")));
        assumeTrue(
                installed,
                "fsck.erofs is not installed, so it cannot say what it reads; on Debian: apt-get install erofs-utils");
    }

    private String ran(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /// Names are ASCII, because Java reads no others back under every locale.
    private static FileTree randomTree(long seed) {
        Random random = new Random(seed);
        FileTree.Builder tree = FileTree.builder();
        for (int i = random.nextInt(40); i > 0; i--) {
            String path = IntStream.rangeClosed(0, random.nextInt(4))
                    .mapToObj(_ ->
                            "!.-n~".charAt(random.nextInt(5)) + "n".repeat(random.nextInt(240)) + random.nextInt(5))
                    .reduce((a, b) -> a + "/" + b)
                    .orElseThrow();
            byte[] bytes = bytes(random.nextBoolean() ? random.nextInt(10) : random.nextInt(100_000));
            switch (random.nextInt(4)) {
                case 0 -> tree.directory(path);
                case 1 -> tree.symlink(path, "x".repeat(1 + random.nextInt(1000)));
                default -> tree.file(path, new Content.Bytes(bytes), random.nextBoolean());
            }
        }
        return tree.build();
    }

    private static List<String> listing(FileTree tree) throws IOException {
        List<String> lines = new ArrayList<>();
        tree.forEach((path, node) -> lines.add(
                switch (node) {
                    case Node.Directory _ -> path + " rwxr-xr-x directory";
                    case Node.Symlink(String target) -> path + " -> " + target;
                    case Node.File(Content content, boolean executable) ->
                        path + (executable ? " rwxr-xr-x " : " rw-r--r-- ") + content.digest();
                }));
        return lines.stream().sorted().toList();
    }

    private static List<String> listing(Path folder) throws IOException {
        TreeSet<String> lines = new TreeSet<>();
        try (var all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (file.equals(folder)) {
                    continue;
                }
                String path = folder.relativize(file).toString();
                if (Files.isSymbolicLink(file)) {
                    lines.add(path + " -> " + Files.readSymbolicLink(file));
                    continue;
                }
                String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                lines.add(path + " " + permissions + " "
                        + (Files.isDirectory(file) ? "directory" : Digest.of(Files.readAllBytes(file))));
            }
        }
        return List.copyOf(lines);
    }
}
