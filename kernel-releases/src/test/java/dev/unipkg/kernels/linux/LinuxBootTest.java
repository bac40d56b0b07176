package dev.unipkg.kernels.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.Arch;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Linux kernel boots images composed here, under QEMU without acceleration.
class LinuxBootTest {

    private static final String QEMU = "qemu-system-x86_64";

    /// Every byte, behind every line end, and no line end at the end.
    private static final byte[] BYTES = new byte[100_000];

    static {
        new Random(3).nextBytes(BYTES);
        BYTES[BYTES.length - 1] = 'x';
    }

    @TempDir
    Path temp;

    @Test
    void theProgramGetsItsWordsAndItsExitCodeIsReported() throws Exception {
        String script = "echo \"$# [$1] [$2]\"; env; pwd; cat /etc/motd; echo kept > /written && cat /written; exit 7";
        List<String> console = runToEnd(settings(
                List.of("sh", "-c", script, "sh", "it's $HOME", "two\nlines"),
                Map.of("GREETING", "hello 'you' \"there\" $(reboot)", "TOWN", "Köln"),
                "/etc"));
        assertThat(console)
                .contains("2 [it's $HOME] [two", "lines]", "GREETING=hello 'you' \"there\" $(reboot)", "TOWN=Köln")
                .contains("/etc", "welcome", "kept")
                .contains("HOME=/root", "USER=root");
        assertThat(console.getLast()).isEqualTo("unipkg-exit: 7");
    }

    @Test
    void theEnvironmentIsTheProgramsOwnAndWhatProgramsExpect() throws Exception {
        assertThat(runToEnd(settings(List.of("env"), Map.of("a.b-c", "1", "B", "", "HOME", "/srv"), "")))
                .isEqualTo(List.of(
                        "B=",
                        "HOME=/srv",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "USER=root",
                        "a.b-c=1",
                        "unipkg-exit: 0"));
    }

    @Test
    void theProgramRunsAsItsUserAndWritesToItsOwnDirectories() throws Exception {
        String script =
                "id -u; id -g; id -un; touch ~/a /data/b /data/kept/c /empty/d /tmp/e /dev/shm/f && echo writes;"
                        + " touch /etc/g 2>&1; echo out > /dev/stdout; cat /dev/stdin; nc -l -p 80 & sleep 0.2; kill $!;"
                        + " ls -ldn /data/kept/file; pwd";
        ImageSettings settings = new ImageSettings(
                "/bin/busybox",
                List.of("sh", "-c", script),
                new TreeMap<>(),
                "/data",
                0,
                List.of(),
                new TreeMap<>(),
                Firmware.BIOS,
                "web:33",
                new TreeSet<>(List.of("/data")));
        assertThat(runToEnd(settings))
                .startsWith("1000", "33", "web", "writes")
                .contains("touch: /etc/g: Permission denied", "out", "/data")
                .anyMatch(line -> line.matches("-rw-r--r-- .* 1000 +33 .*/data/kept/file"))
                .noneMatch(line -> line.contains("bind"))
                .endsWith("unipkg-exit: 0");
    }

    @Test
    void outputIsPassedOnByteForByte() throws Exception {
        Process qemu = boot(compose(settings(List.of("cat", "/bytes"), Map.of(), "")), "");
        try {
            assertThat(qemu.waitFor(180, TimeUnit.SECONDS)).isTrue();
        } finally {
            qemu.destroyForcibly();
        }
        byte[] console = Files.readAllBytes(temp.resolve("console"));
        byte[] mark = "\0unipkg-exit: 0\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(console).startsWith(BYTES);
        assertThat(Arrays.copyOfRange(console, BYTES.length, BYTES.length + mark.length))
                .isEqualTo(mark);
    }

    @Test
    void aProgramEndedByASignalIsReportedAsAShellDoes() throws Exception {
        assertThat(runToEnd(settings(List.of("sh", "-c", "kill -SEGV $$"), Map.of(), ""))
                        .getLast())
                .isEqualTo("unipkg-exit: 139");
    }

    @Test
    void aProgramThatCannotBeExecutedIsReported() throws Exception {
        ImageSettings text = new ImageSettings(
                "/etc/motd", List.of(), new TreeMap<>(), "", 0, List.of(), new TreeMap<>(), Firmware.BIOS);
        assertThat(runToEnd(text).getLast()).isEqualTo("unipkg-exit: 126");
    }

    @Test
    void aServerAnswersOverTheNetworkAndEndsWhenAsked() throws Exception {
        int port = freePort();
        Process qemu = boot(
                compose(settings(List.of("httpd", "-f", "-p", "80", "-h", "/www"), Map.of(), "")),
                ",hostfwd=tcp:127.0.0.1:" + port + "-:80");
        try {
            assertThat(get(URI.create("http://127.0.0.1:" + port + "/index.html")))
                    .isEqualTo("answered");
            // On the monitor, which shares the terminal with the console (C-a c switches between them).
            qemu.getOutputStream().write("\u0001csendkey ctrl-alt-delete\n".getBytes(StandardCharsets.US_ASCII));
            qemu.getOutputStream().flush();
            assertThat(qemu.waitFor(120, TimeUnit.SECONDS)).isTrue();
            // The monitor's prompt may stand in front of it on the same line.
            assertThat(console(qemu)).anyMatch(line -> line.endsWith("unipkg-exit: 143"));
        } finally {
            qemu.destroyForcibly();
        }
    }

    private List<String> runToEnd(ImageSettings settings) throws Exception {
        Process qemu = boot(compose(settings), "");
        try {
            assertThat(qemu.waitFor(180, TimeUnit.SECONDS)).isTrue();
            assertThat(qemu.exitValue()).isZero();
            List<String> lines = console(qemu);
            int exit = 0;
            while (exit < lines.size() && !lines.get(exit).startsWith("unipkg-exit: ")) {
                exit++;
            }
            assertThat(exit).as(String.join("\n", lines)).isLessThan(lines.size());
            return lines.subList(0, exit + 1);
        } finally {
            qemu.destroyForcibly();
        }
    }

    private Image.KernelAndInitrd compose(ImageSettings settings) throws Exception {
        assumeTrue(
                Optional.ofNullable(System.getenv("PATH"))
                        .orElse("")
                        .lines()
                        .flatMap(path -> List.of(path.split(":")).stream())
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, QEMU))),
                QEMU + " is not installed, so nothing boots here; on Debian: apt-get install qemu-system-x86");
        KernelRelease release = KernelRelease.readSource(Family.LINUX, DebianFolder.orSkip(), Optional.empty());
        assertThat(release.arch()).isEqualTo(Arch.X86_64);
        FileTree tree = FileTree.builder()
                .file("bin/busybox", busybox(release), true)
                .file("etc/motd", "welcome\n")
                .file("www/index.html", "answered")
                .file("bytes", new Content.Bytes(BYTES), false)
                .file("data/kept/file", "")
                .directory("empty")
                .build();
        return (Image.KernelAndInitrd) Composer.compose(release, tree, settings, temp.resolve("image"));
    }

    private static Content busybox(KernelRelease release) throws IOException {
        return release.file("busybox");
    }

    private static ImageSettings settings(
            List<String> arguments, Map<String, String> environment, String workingDirectory) {
        return new ImageSettings(
                "/bin/busybox",
                arguments,
                new TreeMap<>(environment),
                workingDirectory,
                0,
                List.of(),
                new TreeMap<>(),
                Firmware.BIOS);
    }

    private Process boot(Image.KernelAndInitrd image, String forwards) throws IOException {
        List<String> command = new ArrayList<>(List.of(QEMU, "-machine", "q35", "-accel", "tcg", "-m", "256M"));
        command.addAll(List.of(
                "-kernel", image.kernel().toString(), "-initrd", image.initrd().toString()));
        command.addAll(List.of("-append", image.commandLine(), "-no-reboot", "-display", "none"));
        command.addAll(List.of("-serial", "mon:stdio", "-nic", "user,model=virtio-net-pci" + forwards));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("console").toFile())
                .start();
    }

    private List<String> console(Process qemu) throws IOException {
        assertThat(qemu.isAlive()).isFalse();
        String text = new String(Files.readAllBytes(temp.resolve("console")), StandardCharsets.UTF_8);
        return text.replace("\0", "").lines().map(String::stripTrailing).toList();
    }

    private static String get(URI uri) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
            IOException last = new IOException("never tried");
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180); System.nanoTime() < end; ) {
                try {
                    return client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body();
                } catch (IOException e) {
                    last = e;
                    // A guest does not tell when its server listens.
                    Thread.sleep(100);
                }
            }
            throw last;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
