package dev.unipkg.kernels.nanos.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;

/// A sound volume with a few wrong bytes in its log is read or refused; nothing else may happen.
class TfsDamageTest {

    private static final TfsLimits SMALL = new TfsLimits(2 << 20, 20_000, 64, 1 << 20);

    private static Path folder;

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("damage");
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        Files.delete(folder);
    }

    @Property(tries = 200)
    void aDamagedVolumeIsReadOrRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        FileTree tree = FileTree.builder()
                .file("a/file", "content")
                .file("a/b/empty", "")
                .symlink("a/link", "../a/file")
                .directory("c")
                .build();
        Path volume = Volumes.write(folder, tree);
        try {
            byte[] bytes = Files.readAllBytes(volume);
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(10) == 0 ? random.nextInt(64) : 512 + random.nextInt(400)] =
                        (byte) random.nextInt(256);
            }
            Files.write(volume, bytes);
            lookAtEverything(volume);
        } finally {
            Files.delete(volume);
        }
    }

    private static void lookAtEverything(Path volume) throws IOException {
        try {
            Volumes.reading(volume, SMALL, fs -> {
                fs.check().forEach(Finding::message);
                fs.forEach((_, node) -> {
                    if (node instanceof TfsNode.File file) {
                        read(fs, file);
                    }
                });
            });
        } catch (RefusedException expected) {
            // a refusal is the right answer to what cannot be read
        }
    }

    private static void read(TfsReader fs, TfsNode.File file) throws IOException {
        try (InputStream in = fs.open(file)) {
            in.transferTo(new ByteArrayOutputStream());
        } catch (RefusedException expected) {
            // as above
        }
    }

    @Test
    void theLimitsFollowTheMemoryThatIsThere() {
        TfsLimits small = TfsLimits.ofHeap(128 << 20);
        TfsLimits large = TfsLimits.ofHeap(64L << 30);

        assertThat(small.values()).isEqualTo(262_144);
        assertThat(small.logBytes()).isEqualTo(8 << 20);
        assertThat(large.values()).isEqualTo(10_000_000);
        assertThat(large.logBytes()).isEqualTo(256 << 20);
    }
}
