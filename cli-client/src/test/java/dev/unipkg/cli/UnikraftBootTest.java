package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.kernels.linux.DebianFolder;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A package in kraftkit's form boots from a registry. Its kernel is Debian's Linux, which starts from a kernel,
/// an initrd and a command line in the same way as Unikraft does.
@Timeout(240)
class UnikraftBootTest {
    private static final Pattern FORWARD = Pattern.compile("\"127\\.0\\.0\\.1:([0-9]+):80/tcp\"");

    @TempDir
    Path temp;

    private FakeRegistry registry;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        pkg = PkgCommand.at(temp.resolve("home"), registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void programThatEndsEndsTheRunWithItsConsole() throws Exception {
        publish("echo the program runs");

        Result run = pkg.run("run", "acme/web", "--arch", "x86_64", "--accel", "tcg", "--isolate");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("the program runs");
        assertThat(pkg.run("ps", "-a").out()).isEmpty();
    }

    @Test
    void serverAnswersAtItsPortAndRunsOnWithoutPkg() throws Exception {
        publish("echo it starts; exec httpd -f -p 80 -h /www");

        Result run = pkg.run(
                "run",
                "-d",
                "--name",
                "web",
                "acme/web",
                "--arch",
                "x86_64",
                "--accel",
                "tcg",
                "--host-access",
                "-p",
                "0:80",
                "--output",
                "json");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"ready\": true");
        Matcher forward = FORWARD.matcher(run.out());
        assertThat(forward.find()).as(run.out()).isTrue();

        assertThat(get(Integer.parseInt(forward.group(1)))).endsWith("answered");
        assertThat(pkg.run("logs", "web").out()).contains("it starts");
        assertThat(pkg.run("ps").out()).containsPattern("web +acme/web:latest +up ");
        assertThat(pkg.run("kill", "web").exit()).isZero();
        assertThat(pkg.run("rm", "web").exit()).isZero();
    }

    private void publish(String script) throws Exception {
        assumeTrue(
                Shell.find("qemu-system-x86_64").isPresent(),
                "qemu-system-x86_64 is not installed, so nothing boots here; on Debian: apt-get install qemu-system-x86");
        KernelRelease release = KernelRelease.readSource(Family.LINUX, DebianFolder.orSkip(), Optional.empty());
        FileTree tree = FileTree.builder()
                .file("bin/busybox", release.file("busybox"), true)
                .file("www/index.html", "answered")
                .build();
        ImageSettings settings = new ImageSettings(
                "/bin/busybox",
                List.of("sh", "-c", script),
                new TreeMap<>(),
                "",
                0,
                List.of(),
                new TreeMap<>(),
                Firmware.BIOS);
        Image.KernelAndInitrd linux =
                (Image.KernelAndInitrd) Composer.compose(release, tree, settings, temp.resolve("image"));
        SampleUnikraft image = new SampleUnikraft(registry, "acme/web");
        image.with(new SampleUnikraft.Build(
                        "qemu",
                        "x86_64",
                        List.of(
                                image.compressed(Files.readAllBytes(linux.kernel())),
                                image.initrdLayer(Files.readAllBytes(linux.initrd()))),
                        List.of(linux.commandLine().split(" ")),
                        List.of(),
                        List.of()))
                .publish("latest");
    }

    private static String get(int port) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /index.html HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
