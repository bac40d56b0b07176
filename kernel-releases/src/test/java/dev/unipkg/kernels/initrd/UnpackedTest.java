package dev.unipkg.kernels.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class UnpackedTest {

    @Test
    void filesTakeWholePagesAndLinksOne() throws IOException {
        FileTree tree = FileTree.builder()
                .file("empty", "")
                .file("small", "x")
                .file("page", bytes(4096), false)
                .file("more", bytes(4097), false)
                .directory("folder")
                .symlink("link", "small")
                .build();
        assertThat(Unpacked.of(tree)).isEqualTo(new Unpacked(6, 4 * 4096, 4 * 4096 + 4096 + 6 * 1024 + 584));
    }

    @Test
    void aTreeWithNothingInItTakesNothing() throws IOException {
        assertThat(Unpacked.of(FileTree.EMPTY)).isEqualTo(new Unpacked(0, 0, 0));
    }

    @Property
    void noFileTakesLessThanItsBytes(@ForAll List<@IntRange(max = 1 << 20) Integer> sizes) throws IOException {
        FileTree.Builder tree = FileTree.builder();
        long bytes = 0;
        for (int i = 0; i < sizes.size(); i++) {
            tree.file("f" + i, bytes(sizes.get(i)), false);
            bytes += sizes.get(i);
        }
        Unpacked unpacked = Unpacked.of(tree.build());
        assertThat(unpacked.entries()).isEqualTo(sizes.size());
        assertThat(unpacked.fileBytes()).isBetween(bytes, bytes + sizes.size() * 4095L);
        assertThat(unpacked.memoryBytes()).isGreaterThanOrEqualTo(unpacked.fileBytes() + sizes.size() * 1024L);
    }

    private static Content bytes(int size) {
        return new Content.Bytes(new byte[size]);
    }
}
