package dev.unipkg.cli.machine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.machine.qemu.QemuStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shell that starts passt and pasta and becomes QEMU, with scripts for the three.
@Timeout(60)
class PasstTest {
    // Notes its words, and its process id as passt does, without which the shell does not go on.
    private static final String PASST = """
            #!/bin/sh
            printf '%s\\n' "$0" "$@" >passt.words
            echo $$ >network.ready
            exec sleep 600
            """;

    // Notes its words, and its process id as pasta does, without which passt is not started.
    private static final String PASTA = """
            #!/bin/sh
            printf '%s\\n' "$0" "$@" >pasta.words
            echo $$ >network.pid
            exec sleep 600
            """;

    private static final String QEMU = """
            #!/bin/sh
            printf '%s\\n' "$0" "$@" >qemu.words
            """;

    private static final String BECOME = "exec </dev/null; shift 2; exec \"$@\"";

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "my QEMU 'bin", "a PASST_OPTIONS $(touch x) `b`", "n\"*;\\\\&", "-n"})
    void wordsReachTheProgramsWhateverTheyHold(String name) throws Exception {
        assumeNamespaces();
        Path bin = Files.createDirectory(temp.resolve(name));
        Path passt = script(bin.resolve("passt"), PASST);
        script(bin.resolve("pasta"), PASTA);
        Path qemu = script(bin.resolve("qemu"), QEMU);
        Path folder = Files.createDirectory(temp.resolve("folder"));
        List<String> started = List.of(qemu.toString(), name, "", "QEMU PASST 'LOG", "-append", "x y");
        List<PortForward> forwards = List.of(PortForward.parse("0.0.0.0:8080:80"), PortForward.parse("5353:53/udp"));

        Process process = new ProcessBuilder(before(started, passt, forwards))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("qemu.words"))).isEqualTo(started);
        assertThat(Files.readAllLines(folder.resolve("passt.words")))
                .startsWith(passt.toString(), "--foreground")
                .containsSequence("--tcp-ports", "1024:80")
                .containsSequence("--udp-ports", "1025:53")
                .doesNotContain(qemu.toString(), "QEMU PASST 'LOG");
        assertThat(Files.readAllLines(folder.resolve("pasta.words")))
                .startsWith(bin.resolve("pasta").toString(), "--foreground")
                .containsSequence("--tcp-ports", "0.0.0.0/8080:1024")
                .containsSequence("--udp-ports", "127.0.0.1/5353:1025");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void passtThatEndsIsTold() throws Exception {
        assumeNamespaces();
        script(temp.resolve("pasta"), PASTA);
        script(temp.resolve("passt"), "#!/bin/sh\necho no socket >&2; exit 1\n");
        assertFailure("no socket");
    }

    @Test
    void pastaThatEndsIsTold() throws Exception {
        assumeNamespaces();
        script(temp.resolve("pasta"), "#!/bin/sh\necho no device >&2; exit 1\n");
        script(temp.resolve("passt"), PASST);
        assertFailure("no device");
    }

    @Test
    void consoleEndsWithQemuEvenIfForwardsWereNeverOpened() throws Exception {
        assumeNamespaces();
        script(temp.resolve("pasta"), PASTA);
        Path passt = script(temp.resolve("passt"), PASST);
        Path qemu = script(temp.resolve("qemu"), QEMU);
        // A process of its own in place of pkg: this one would close the pipe by itself when the shell ends.
        List<Process> processes = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder("cat"),
                new ProcessBuilder(before(List.of(qemu.toString()), passt, List.of())).directory(temp.toFile())));
        Process pkg = processes.getFirst();
        try {
            assertThat(processes.getLast().getInputStream().readAllBytes()).isEmpty();
            assertThat(temp.resolve("qemu.words")).exists();
            assertThat(pkg.isAlive()).isTrue();
        } finally {
            pkg.destroyForcibly();
        }
    }

    private void assertFailure(String reason) throws Exception {
        Path passt = temp.resolve("passt");
        Process process = new ProcessBuilder(before(List.of("/bin/false"), passt, List.of()))
                .directory(temp.toFile())
                .start();

        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(Passt.failure(temp, said)).contains(reason);
    }

    /// The command that starts the network and becomes `qemu`. Connections to the forwards wait until its standard
    /// input ends.
    static List<String> before(List<String> qemu, Path passt, List<PortForward> forwards) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                QemuStart.pipes(Passt.PIPES) + Passt.script(forwards) + "alone=:\n" + QemuStart.waiting(Passt.OPENING)
                        + BECOME,
                "pkg-network"));
        command.addAll(Passt.programs(passt));
        command.addAll(qemu);
        return command;
    }

    private static void assumeNamespaces() throws Exception {
        Process unshare = new ProcessBuilder("unshare", "--user", "--map-root-user", "--net", "true").start();
        String said = new String(unshare.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(unshare.waitFor() == 0, "this host forbids user namespaces: " + said);
    }

    private static Path script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
