package dev.unipkg.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shell that starts passt and becomes QEMU, with scripts for both.
@Timeout(60)
class PasstTest {
    // Notes its words, and binds the socket, without which the shell does not go on.
    private static final String PASST = """
            #!/bin/sh
            printf '%s\\n' "$0" "$@" >passt.words
            exec python3 -c 'import socket, time
            s = socket.socket(socket.AF_UNIX); s.bind("network.sock"); time.sleep(600)'
            """;

    private static final String QEMU = """
            #!/bin/sh
            printf '%s\\n' "$0" "$@" >qemu.words
            """;

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "my QEMU 'bin", "a PASST $(touch x) `b`", "n\"*;\\\\&", "-n"})
    void wordsReachBothProgramsWhateverTheyHold(String name) throws Exception {
        assumeTrue(Qemu.find("python3").isPresent(), "needs python3, which binds a socket: apt-get install python3");
        Path bin = Files.createDirectory(temp.resolve(name));
        Path passt = script(bin.resolve("passt"), PASST);
        Path qemu = script(bin.resolve("qemu"), QEMU);
        Path folder = Files.createDirectory(temp.resolve("folder"));
        List<String> started = List.of(qemu.toString(), name, "", "QEMU PASST 'LOG", "-append", "x y");
        List<PortForward> forwards = List.of(PortForward.parse("8080:80"), PortForward.parse("5353:53/udp"));

        Process process = new ProcessBuilder(Passt.before(started, passt, forwards))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("qemu.words"))).isEqualTo(started);
        assertThat(Files.readAllLines(folder.resolve("passt.words")))
                .startsWith(passt.toString(), "--foreground")
                .containsSequence("--tcp-ports", "127.0.0.1/8080:80")
                .containsSequence("--udp-ports", "127.0.0.1/5353:53")
                .doesNotContain(qemu.toString(), "QEMU PASST 'LOG");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void passtThatEndsIsTold() throws Exception {
        Path passt = script(temp.resolve("passt"), "#!/bin/sh\necho no namespaces >&2; exit 1\n");

        Process process = new ProcessBuilder(Passt.before(List.of("/bin/false"), passt, List.of()))
                .directory(temp.toFile())
                .start();

        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(Passt.failure(new InstanceFolder(temp), said)).contains("no namespaces");
    }

    private static Path script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
