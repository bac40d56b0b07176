package dev.unipkg.kernels.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.kernels.initrd.Unpacked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxGuestTest {

    @TempDir
    Path temp;

    @Test
    void theStartScriptQuotesEveryWord() {
        LinuxGuest.Start start = new LinuxGuest.Start(
                "/bin/it's", List.of("$(reboot)", "two\nlines", ""), new TreeMap<>(Map.of("A", "`b`")), "/srv/a b");
        assertThat(start.script()).isEqualTo("""
                        cd '/srv/a b' || exit 126
                        exec /.unipkg/busybox env -i -- \\
                          'A=`b`' \\
                          '/bin/it'\\''s' \\
                          '$(reboot)' \\
                          'two
                        lines' \\
                          ''
                        """);
    }

    /// A real shell reads the script; `printf` stands where the program is.
    @Property(tries = 40)
    void aShellPassesEveryWordOnAsItIs(
            @ForAll @Size(min = 1, max = 5) List<@CharRange(from = '\1', to = '\u007f') String> words)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("start");
        Path script = folder.resolve("start");
        Path output = folder.resolve("output");
        LinuxGuest.Start start = new LinuxGuest.Start("printf", words, new TreeMap<>(), "");
        Files.writeString(
                script,
                start.script().replace("/.unipkg/busybox env -i", "env -i").replace("'printf'", "printf '%s\\0'"));
        Process sh = new ProcessBuilder("sh", script.toString())
                .redirectOutput(output.toFile())
                .start();
        assertThat(sh.waitFor()).isZero();
        assertThat(Files.readString(output, StandardCharsets.UTF_8)).isEqualTo(String.join("\0", words) + "\0");
        Files.delete(script);
        Files.delete(output);
        Files.delete(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"init", "verify"})
    void theScriptsAreSomeThatAShellCanRead(String name) throws IOException, InterruptedException {
        Path file = Files.write(temp.resolve(name), LinuxGuest.script(name));
        Process sh = new ProcessBuilder("sh", "-n", file.toString()).inheritIO().start();
        assertThat(sh.waitFor()).isZero();
    }

    @Test
    void theTreeTellsHowManyFilesItHasAndWhatTheyTake() throws IOException {
        FileTree root = FileTree.builder()
                .file("bin/serve", Content.ofText("x".repeat(5000)), true)
                .symlink("sbin", "bin")
                .build();
        FileTree tree = LinuxGuest.tree(
                root,
                new TreeMap<>(Map.of("init", Content.ofText("i"), "busybox", Content.ofText("b"))),
                new LinuxGuest.Start("/bin/serve", List.of(), new TreeMap<>(), ""));
        Node.File whole = (Node.File) tree.find(".unipkg/whole").orElseThrow();
        Unpacked unpacked = Unpacked.of(tree);
        assertThat(new String(whole.content().open().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo(unpacked.entries() + " " + (unpacked.fileBytes() >> 10) + "\n");
        assertThat(tree.find("root")).isPresent();
    }
}
