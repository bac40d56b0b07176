package dev.unipkg.kernels.nanos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExpectedFilesTest {

    @Test
    void whatAPackageLacksIsAdded() throws IOException {
        FileTree tree =
                ExpectedFiles.in(FileTree.builder().file("bin/serve", "x").build());
        assertThat(tree.find("tmp")).contains(Node.Directory.EMPTY);
        assertThat(text(tree, "etc/hosts")).isEqualTo("127.0.0.1 localhost\n");
        assertThat(text(tree, "etc/resolv.conf")).isEqualTo("nameserver 10.0.2.3\n");
        assertThat(text(tree, "bin/serve")).isEqualTo("x");
    }

    @Test
    void whatAPackageSaysStays() throws IOException {
        FileTree tree = ExpectedFiles.in(FileTree.builder()
                .file("etc/hosts", "10.1.1.1 database\n")
                .symlink("etc/resolv.conf", "/nowhere")
                .symlink("tmp", "/var/tmp")
                .build());
        assertThat(text(tree, "etc/hosts")).isEqualTo("10.1.1.1 database\n");
        assertThat(tree.find("etc/resolv.conf")).contains(new Node.Symlink("/nowhere"));
        assertThat(tree.find("tmp")).contains(new Node.Symlink("/var/tmp"));

        FileTree elsewhere = ExpectedFiles.in(FileTree.builder()
                .symlink("etc", "/config")
                .file("tmp/kept", "x")
                .build());
        assertThat(elsewhere.find("etc")).contains(new Node.Symlink("/config"));
        assertThat(text(elsewhere, "tmp/kept")).isEqualTo("x");
    }

    private static String text(FileTree tree, String path) throws IOException {
        Node.File file = (Node.File) tree.find(path).orElseThrow();
        return new String(file.content().readAll(), StandardCharsets.UTF_8);
    }
}
