package dev.unipkg.format.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {

    @TempDir
    Path temp;

    @Test
    void parentsAreMadeAndTheWalkIsSorted() throws IOException {
        FileTree tree = FileTree.builder()
                .file("usr/bin/redis", Content.ofText("elf"), true)
                .symlink("usr-old", "usr")
                .file("/usr/a", "a")
                .build();
        assertThat(paths(tree)).isEqualTo(List.of("usr", "usr/a", "usr/bin", "usr/bin/redis", "usr-old"));
        assertThat(tree.entries()).isEqualTo(5);
        assertThat(tree.bytes()).isEqualTo(4);
    }

    @Test
    void theLaterLayerWinsAndDirectoriesJoin() throws IOException {
        FileTree lower = FileTree.builder()
                .file("etc/conf", "old")
                .file("etc/kept", "kept")
                .file("was-file", "x")
                .file("was-dir/x", "x")
                .build();
        FileTree upper = FileTree.builder()
                .file("etc/conf", "new")
                .file("was-file/inside", "y")
                .file("was-dir", "y")
                .build();
        FileTree merged = lower.toBuilder().merge(upper).build();
        assertThat(paths(merged))
                .isEqualTo(List.of("etc", "etc/conf", "etc/kept", "was-dir", "was-file", "was-file/inside"));
        assertThat(text(merged, "etc/conf")).isEqualTo("new");
        assertThat(text(merged, "was-dir")).isEqualTo("y");
        assertThat(text(lower, "etc/conf")).isEqualTo("old");
    }

    @Test
    void linksResolveAsInARootOfTheirOwn() {
        FileTree tree = FileTree.builder()
                .file("usr/lib/libc.so.6", "c")
                .symlink("lib", "usr/lib")
                .symlink("usr/lib/libc.so", "libc.so.6")
                .symlink("abs", "/lib/libc.so")
                .symlink("above", "../../../lib/libc.so")
                .symlink("gone", "usr/nothing")
                .symlink("loop", "loop2")
                .symlink("loop2", "loop")
                .build();
        for (String path : List.of("lib/libc.so", "/lib/libc.so.6", "abs", "above", "usr/../lib/./libc.so")) {
            assertThat(tree.resolve(path).orElseThrow().path()).isEqualTo("usr/lib/libc.so.6");
        }
        assertThat(tree.resolve("gone")).isEmpty();
        assertThat(tree.resolve("loop")).isEmpty();
        assertThat(tree.resolve("usr/lib/libc.so/x")).isEmpty();
        assertThat(tree.resolve("/").orElseThrow().node()).isSameAs(tree.root());
    }

    @Test
    void linksThatNoLayerMayHoldAreFound() {
        assertThat(bad("a/b", "/etc")).isEqualTo(FileTree.BadLink.Why.ABSOLUTE);
        assertThat(bad("a/b", "../../etc")).isEqualTo(FileTree.BadLink.Why.LEAVES_ROOT);
        assertThat(bad("a/b", "b")).isEqualTo(FileTree.BadLink.Why.LOOPS);
        assertThat(bad("a/b", "missing/../../../x")).isEqualTo(FileTree.BadLink.Why.LEAVES_ROOT);
        FileTree through = FileTree.builder()
                .directory("p/q/deep")
                .symlink("p/q/up", "../..")
                .symlink("s", "p/q/up/..")
                .build();
        assertThat(through.firstBadLink().orElseThrow())
                .isEqualTo(new FileTree.BadLink("s", "p/q/up/..", FileTree.BadLink.Why.LEAVES_ROOT));
        assertThat(FileTree.builder().symlink("a/b", "../c/elsewhere").build().firstBadLink())
                .isEmpty();
    }

    @Test
    void aLinkMayGoThroughFortyOthersAndNoMore() {
        FileTree.Builder chain = FileTree.builder().file("l41", "end");
        for (int i = 1; i < 41; i++) {
            chain.symlink("l" + i, "l" + (i + 1));
        }
        FileTree allowed = chain.build();
        assertThat(allowed.resolve("l1").orElseThrow().path()).isEqualTo("l41");
        assertThat(allowed.resolve("l2/../l2")).isEmpty();
        assertThat(chain.symlink("l0", "l1").build().firstBadLink()).isEmpty();
        assertThat(chain.symlink("l", "l0").build().firstBadLink())
                .contains(new FileTree.BadLink("l", "l0", FileTree.BadLink.Why.LOOPS));
    }

    /// Each of these links goes through forty others and twenty thousand names. One look at a tree takes as long as
    /// its targets are, or this would take minutes.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void linksThroughLinksCostNoMoreThanTheirTargets() {
        String around = "d/../".repeat(200);
        FileTree.Builder tree = FileTree.builder().directory("d").file("l40", "end");
        for (int i = 0; i < 40; i++) {
            tree.symlink("l" + i, around + "l" + (i + 1));
        }
        for (int i = 0; i < 100_000; i++) {
            tree.symlink("x" + i, "l0");
        }
        assertThat(tree.build().firstBadLink()).isEmpty();
    }

    @Test
    void linkThatLeavesTheRootThroughALinkOfAnotherLayerIsRefused() {
        FileTree lower = FileTree.builder().symlink("a", "b/c/../..").build();
        FileTree upper = FileTree.builder().directory("b").symlink("b/c", "..").build();
        assertThat(lower.firstBadLink()).isEmpty();
        assertThat(upper.firstBadLink()).isEmpty();
        assertThat(layered(lower, upper)).isEqualTo(new ArchiveRefusal.LinkLeavesRoot("a", "b/c/../.."));
        assertThat(layered(upper, lower)).isEqualTo(new ArchiveRefusal.LinkLeavesRoot("a", "b/c/../.."));
    }

    @Test
    void linksThatLoopAcrossLayersAreRefused() {
        FileTree lower = FileTree.builder().symlink("a", "b").build();
        FileTree upper = FileTree.builder().symlink("b", "a").build();
        assertThat(layered(lower, upper)).isEqualTo(new ArchiveRefusal.LinkLoop("a"));
    }

    @Test
    void linkThatALaterLayerReplacesIsNoLink() throws RefusedException {
        FileTree lower = FileTree.builder().symlink("a", "b").build();
        FileTree upper = FileTree.builder().symlink("b", "a").build();
        FileTree top = FileTree.builder().file("a", "").build();
        assertThat(FileTree.ofLayers(List.of(lower, upper, top)).resolve("b")).isPresent();
    }

    @Test
    void directoryOverAnotherEntryIsRefused() {
        FileTree directory = FileTree.builder().file("d/x/y", "").build();
        FileTree link = FileTree.builder().directory("d").symlink("d/x", "y").build();
        assertThat(layered(directory, link)).isInstanceOf(ArchiveRefusal.Conflict.class);
        assertThat(layered(link, directory)).isInstanceOf(ArchiveRefusal.Conflict.class);
    }

    @Test
    void namesOfTwoLayersThatAreOneInTwoUnicodeFormsAreRefused() {
        FileTree lower = FileTree.builder().file("d/\u00e9", "").build();
        FileTree upper = FileTree.builder().file("d/e\u0301", "").build();
        assertThat(layered(lower, upper)).isEqualTo(new ArchiveRefusal.EqualNames("d/\u00e9", "d/e\u0301"));
    }

    private static Refusal layered(FileTree... layers) {
        try {
            FileTree.ofLayers(List.of(layers));
        } catch (RefusedException e) {
            return e.refusal();
        }
        throw new AssertionError("not refused");
    }

    @Test
    void limitsHold() {
        TreeLimits small = new TreeLimits(3, 2, 5, 5, 2);
        assertThat(FileTree.builder(small).file("a/b", "123").build().bytes()).isEqualTo(3);
        assertThatThrownBy(() -> FileTree.builder(small).file("a/b", "1234").build())
                .hasMessageContaining("3 bytes");
        assertThatThrownBy(() ->
                        FileTree.builder(small).file("a/b", "").file("c", "").build())
                .hasMessageContaining("2 entries");
    }

    @Test
    void limitsHoldHoweverATreeIsPutTogether() throws IOException {
        TreeLimits small = new TreeLimits(10, 3, 5, 5, 2);
        assertThat(over(small, FileTree.builder().file("ä/ä", ""))).isEmpty();
        assertThat(over(small, FileTree.builder().file("ä/äb", "")))
                .contains(new ArchiveRefusal.PathTooLong("ä/äb", 5));
        assertThat(over(small, FileTree.builder().symlink("a", "ä234"))).isEmpty();
        assertThat(over(small, FileTree.builder().symlink("a", "ä2345")))
                .contains(new ArchiveRefusal.LinkTooLong("a", 5));
        assertThat(over(small, FileTree.builder().file("a/b/c", "")))
                .contains(new ArchiveRefusal.PathTooDeep("a/b/c", 2));
        assertThat(over(
                        small,
                        FileTree.builder().file("a/b", "").file("a/c", "").file("d", "")))
                .contains(new ArchiveRefusal.TooManyEntries(3));
        assertThat(over(small, FileTree.builder().file("a", "12345678901")))
                .contains(new ContentRefusal.TooLarge("the content of all files", 10));
    }

    /// The refusal when this tree is merged into a smaller one, or put there as a directory.
    private static Optional<Refusal> over(TreeLimits limits, FileTree.Builder tree) throws IOException {
        FileTree whole = tree.build();
        FileTree.Builder put = FileTree.builder(limits);
        whole.root().children().forEach(put::put);
        Optional<Refusal> merged = refusal(FileTree.builder(limits).merge(whole));
        assertThat(refusal(put)).isEqualTo(merged);
        return merged;
    }

    private static Optional<Refusal> refusal(FileTree.Builder tree) {
        try {
            tree.buildOrRefuse();
            return Optional.empty();
        } catch (RefusedException e) {
            assertThatThrownBy(tree::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(e.getMessage());
            return Optional.of(e.refusal());
        }
    }

    @Test
    void aFolderIsReadWithoutFollowingLinks() throws IOException {
        Files.createDirectories(temp.resolve("bin"));
        Files.writeString(temp.resolve("bin/run"), "#!");
        assertThat(temp.resolve("bin/run").toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(temp.resolve("link"), Path.of("bin/run"));
        FileTree tree = FileTree.ofDirectory(temp);
        assertThat(paths(tree)).isEqualTo(List.of("bin", "bin/run", "link"));
        assertThat(((Node.File) tree.find("bin/run").orElseThrow()).executable())
                .isTrue();
        assertThat(text(tree, "bin/run")).isEqualTo("#!");
        assertThat(tree.find("link").orElseThrow()).isEqualTo(new Node.Symlink("bin/run"));
    }

    @Test
    void aFolderWithAnEscapingLinkOrAFifoIsRefused() throws Exception {
        Path escaping = Files.createDirectory(temp.resolve("escaping"));
        Files.createSymbolicLink(escaping.resolve("out"), Path.of("../../etc/passwd"));
        assertThatThrownBy(() -> FileTree.ofDirectory(escaping)).hasMessageContaining("out of the root");
        Path absolute = Files.createDirectory(temp.resolve("absolute"));
        Files.createSymbolicLink(absolute.resolve("out"), Path.of("/etc/passwd"));
        assertThatThrownBy(() -> FileTree.ofDirectory(absolute)).hasMessageContaining("etc/passwd");
        Path fifo = Files.createDirectory(temp.resolve("fifo"));
        assertThat(new ProcessBuilder("mkfifo", fifo.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThatThrownBy(() -> FileTree.ofDirectory(fifo)).hasMessageContaining("named pipe");
    }

    @Test
    void contentsAreCopiedToTheirPlaceAndNowhereElse() throws IOException {
        byte[] source = new byte[200_000];
        Arrays.fill(source, (byte) 7);
        Path file = Files.write(temp.resolve("source"), source);
        Path target = temp.resolve("target");
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            new Content.Region(file, 10, 100_000).copyTo(channel, 1_000_000);
            new Content.Region(file, 10, 10).copyTo(channel, 500_000);
            Content.ofText("head").copyTo(channel, 0);
        }
        byte[] expected = new byte[1_100_000];
        Arrays.fill(expected, 1_000_000, 1_100_000, (byte) 7);
        Arrays.fill(expected, 500_000, 500_010, (byte) 7);
        System.arraycopy("head".getBytes(StandardCharsets.UTF_8), 0, expected, 0, 4);
        assertThat(Files.readAllBytes(target)).isEqualTo(expected);
    }

    @Test
    void aFileThatShrankIsNoticed() throws IOException {
        Path file = Files.write(temp.resolve("source"), new byte[100_000]);
        Content content = Content.ofFile(file);
        Files.write(file, new byte[50_000]);
        assertThatThrownBy(content::readAll).isInstanceOf(EOFException.class);
        try (FileChannel channel =
                FileChannel.open(temp.resolve("target"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> content.copyTo(channel, 0)).isInstanceOf(EOFException.class);
        }
    }

    private static FileTree.BadLink.Why bad(String path, String target) {
        return FileTree.builder()
                .symlink(path, target)
                .build()
                .firstBadLink()
                .orElseThrow()
                .why();
    }

    private static List<String> paths(FileTree tree) throws IOException {
        List<String> paths = new ArrayList<>();
        tree.forEach((path, node) -> paths.add(path));
        return paths;
    }

    private static String text(FileTree tree, String path) throws IOException {
        Node.File file = (Node.File) tree.find(path).orElseThrow();
        return new String(file.content().readAll(), StandardCharsets.UTF_8);
    }
}
