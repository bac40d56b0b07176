package dev.unipkg.kernels.nanos.tfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads each written file system back and accounts for every byte.
class TfsRoundTripTest {

    @TempDir
    Path folder;

    @BeforeTry
    void makeFolder() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory("tfs");
            folder.toFile().deleteOnExit();
        }
    }

    @Property(tries = 200)
    void anyTreeIsReadBack(@ForAll long seed) throws IOException {
        FileTree tree = Invented.tree(seed);
        Path volume = Volumes.write(folder, tree);
        try {
            requireSame(volume, tree);
        } finally {
            Files.delete(volume);
        }
    }

    @Property(tries = 50)
    void equalTreesAreEqualBytes(@ForAll long seed) throws IOException {
        Path first = Volumes.write(folder, Invented.tree(seed));
        Path second = Volumes.write(folder, Invented.tree(seed));
        try {
            assertThat(Files.mismatch(first, second)).isEqualTo(-1);
        } finally {
            Files.delete(first);
            Files.delete(second);
        }
    }

    @Test
    void aRecordOverSeveralExtensionsIsReadBack() throws IOException {
        FileTree.Builder tree = FileTree.builder();
        for (int i = 0; i < 20_000; i++) {
            tree.file(
                    "srv/files/" + i % 100 + "/a file with a longer name and the number " + i,
                    i % 7 == 0 ? "" : "content " + i);
        }

        Path volume = Volumes.write(folder, tree.build());

        requireSame(volume, tree.build());
        try (var channel = FileChannel.open(volume)) {
            assertThat(LogReader.read(new Window("volume", channel, 0, channel.size()), TfsLimits.DEFAULT)
                            .extensions())
                    .hasSizeGreaterThan(3);
        }
    }

    @Test
    void aFileOfAHundredMebibytesIsReadBack() throws IOException {
        Path large = folder.resolve("large");
        byte[] mebibyte = new byte[1 << 20];
        new Random(1).nextBytes(mebibyte);
        try (var out = Files.newOutputStream(large)) {
            for (int i = 0; i < 100; i++) {
                mebibyte[i] ^= 1;
                out.write(mebibyte);
            }
            out.write(7);
        }
        Path volume = Volumes.write(
                folder,
                FileTree.builder().file("large", Content.ofFile(large), false).build());

        Path extracted = folder.resolve("extracted");
        Volumes.reading(
                volume, fs -> assertThat(TfsExtraction.extract(fs, extracted)).isEmpty());

        assertThat(Files.mismatch(large, extracted.resolve("large"))).isEqualTo(-1);
    }

    @Test
    void directoriesMayNestAsDeepAsTheKernelReads() throws IOException {
        FileTree deepest =
                FileTree.builder().file("d/".repeat(63) + "file", "deep").build();
        requireSame(Volumes.write(folder, deepest), deepest);
    }

    @Test
    void deeperDirectoriesAreRefused() {
        Node node = new Node.File(Content.ofText("deep"), false);
        for (int i = 0; i < 65; i++) {
            SortedMap<String, Node> children = new TreeMap<>();
            children.put("d", node);
            node = new Node.Directory(children);
        }
        Node.Directory root = (Node.Directory) node;

        assertThatThrownBy(() -> TfsWriter.plan(root, Value.Tuple.EMPTY))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ArchiveRefusal.PathTooDeep.class));
    }

    @Test
    void namesMayBeTheWordsOfTheFormat() throws IOException {
        FileTree tree = FileTree.builder()
                .file("children", "1")
                .file("extents/0", "2")
                .file("linktarget/filelength", "3")
                .symlink("length", "children")
                .build();

        requireSame(Volumes.write(folder, tree), tree);
    }

    @Test
    void theUuidFollowsFromWhatIsWritten() throws IOException {
        TfsWriter one = TfsWriter.plan(FileTree.builder().file("a", "x").build().root(), Value.Tuple.EMPTY);
        TfsWriter same =
                TfsWriter.plan(FileTree.builder().file("a", "x").build().root(), Value.Tuple.EMPTY);
        TfsWriter other =
                TfsWriter.plan(FileTree.builder().file("b", "x").build().root(), Value.Tuple.EMPTY);

        UUID uuid = one.deriveUuid("label");

        assertThat(uuid.version()).isEqualTo(8);
        assertThat(uuid.variant()).isEqualTo(2);
        assertThat(same.deriveUuid("label")).isEqualTo(uuid);
        assertThat(other.deriveUuid("label")).isNotEqualTo(uuid);
        assertThat(one.deriveUuid("other")).isNotEqualTo(uuid);
    }

    private static void requireSame(Path volume, FileTree tree) throws IOException {
        Volumes.reading(volume, fs -> {
            assertThat(fs.check()).isEmpty();
            int[] count = new int[1];
            tree.forEach((path, node) -> {
                count[0]++;
                requireSame(path, fs, fs.find(path).orElseThrow(() -> new AssertionError("lost " + path)), node);
            });
            fs.forEach((_, _) -> count[0]--);
            assertThat(count[0]).as("entries more than were written").isZero();
        });
    }

    private static void requireSame(String path, TfsReader fs, TfsNode found, Node written) throws IOException {
        switch (written) {
            case Node.Directory _ -> assertThat(found).as(path).isInstanceOf(TfsNode.Directory.class);
            case Node.Symlink(String target) -> assertThat(found).as(path).isEqualTo(new TfsNode.Symlink(target));
            case Node.File(Content content, boolean _) -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (InputStream in = fs.open((TfsNode.File) found)) {
                    in.transferTo(bytes);
                }
                assertThat(bytes.toByteArray()).as(path).isEqualTo(content.readAll());
            }
        }
    }
}
