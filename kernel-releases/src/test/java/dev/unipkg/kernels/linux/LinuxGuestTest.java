package dev.unipkg.kernels.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Arch;
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
import java.util.TreeSet;
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
    void theStartScriptQuotesEveryWord() throws IOException {
        ProgramStart start = start("", "/bin/it's", List.of("$(reboot)", "two\nlines", ""), Map.of("A", "`b`"));
        assertThat(script(start)).isEqualTo("""
                        uid=0
                        gid=0
                        . /.unipkg/prepare
                        cd '/srv/a b' || exit 126
                        exec /.unipkg/busybox env -i -- \\
                          'A=`b`' \\
                          'HOME=/root' \\
                          'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \\
                          'USER=root' \\
                          '/bin/it'\\''s' \\
                          '$(reboot)' \\
                          'two
                        lines' \\
                          ''
                        """);
    }

    @Test
    void theStartScriptBecomesTheUserFirst() throws IOException {
        assertThat(script(start("1000:33", "/bin/serve", List.of(), Map.of("HOME", "/data"))))
                .startsWith("uid=1000\ngid=33\n")
                .contains("exec /.unipkg/busybox nsenter -S 1000 -G 33 /.unipkg/busybox env -i --")
                .contains("'HOME=/data'", "'USER=user'")
                .doesNotContain("/home/user");
    }

    /// A real shell reads the script; `printf` stands where the program is.
    @Property(tries = 40)
    void aShellPassesEveryWordOnAsItIs(
            @ForAll @Size(min = 1, max = 5) List<@CharRange(from = '\1', to = '\u007f') String> words)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("start");
        Path script = folder.resolve("start");
        Path output = folder.resolve("output");
        ProgramStart start = start("", "printf", words, Map.of());
        Files.writeString(
                script,
                script(start)
                        .replace(". /.unipkg/prepare\ncd '/srv/a b'", "cd /")
                        .replace("/.unipkg/busybox env -i", "env -i")
                        .replace("'printf'", "printf '%s\\0'"));
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
    @ValueSource(strings = {"init", "verify", "prepare"})
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
                Arch.X86_64,
                root,
                new TreeMap<>(Map.of("init", Content.ofText("i"), "busybox", Content.ofText("b"))),
                new ProgramStart("/bin/serve", List.of(), new TreeMap<>(), "", "", new TreeSet<>()));
        Node.File whole = (Node.File) tree.find(".unipkg/whole").orElseThrow();
        Unpacked unpacked = Unpacked.of(tree);
        assertThat(new String(whole.content().open().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo(unpacked.entries() + " " + (unpacked.fileBytes() >> 10) + "\n");
        assertThat(tree.find("root")).isPresent();
    }

    private static ProgramStart start(
            String user, String program, List<String> arguments, Map<String, String> environment) {
        return new ProgramStart(program, arguments, new TreeMap<>(environment), "/srv/a b", user, new TreeSet<>());
    }

    private static String script(ProgramStart start) throws IOException {
        return start.script(Account.of(FileTree.EMPTY, start.user()));
    }
}
