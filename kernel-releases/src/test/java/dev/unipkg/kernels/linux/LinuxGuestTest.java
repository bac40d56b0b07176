package dev.unipkg.kernels.linux;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void theInitScriptIsOneThatAShellCanRead() throws IOException, InterruptedException {
        Path init = Files.write(temp.resolve("init"), LinuxGuest.init());
        Process sh = new ProcessBuilder("sh", "-n", init.toString()).inheritIO().start();
        assertThat(sh.waitFor()).isZero();
    }
}
