package dev.unipkg.kernels.nanos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NameFilesTest {

    @Test
    void whatAPackageLacksIsAdded() throws IOException {
        FileTree tree = NameFiles.in(FileTree.builder().file("bin/serve", "x").build());
        assertThat(text(tree, "etc/hosts")).isEqualTo("127.0.0.1 localhost\n");
        assertThat(text(tree, "etc/resolv.conf")).isEqualTo("nameserver 10.0.2.3\n");
        assertThat(text(tree, "bin/serve")).isEqualTo("x");
    }

    @Test
    void whatAPackageSaysStays() throws IOException {
        FileTree own = FileTree.builder()
                .file("etc/hosts", "10.1.1.1 database\n")
                .symlink("etc/resolv.conf", "/nowhere")
                .build();
        assertThat(NameFiles.in(own)).isSameAs(own);
        FileTree elsewhere =
                FileTree.builder().symlink("etc", "/config").directory("config").build();
        assertThat(NameFiles.in(elsewhere)).isSameAs(elsewhere);
    }

    private static String text(FileTree tree, String path) throws IOException {
        Node.File file = (Node.File) tree.find(path).orElseThrow();
        return new String(file.content().readAll(), StandardCharsets.UTF_8);
    }
}
