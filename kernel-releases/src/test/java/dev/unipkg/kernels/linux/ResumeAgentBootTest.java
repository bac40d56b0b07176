package dev.unipkg.kernels.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real Linux guest whose agent is spoken to over its second serial port.
@Timeout(300)
class ResumeAgentBootTest {

    private static final String QEMU = "qemu-system-x86_64";

    /// Waits until the clock is set.
    private static final String SET = """
            until [ "$(date -u +%Y)" = 2031 ]; do usleep 100000; done
            """;

    /// Prints the agent's parent and descriptors.
    private static final String SHOW_AGENT = """
            for process in /proc/[0-9]*; do
              if [ "$(readlink "$process/exe")" = /.unipkg/agent ]; then
                echo "agent of $(awk '/^PPid/ { print $2 }' "$process/status"), I am $$ of $PPID"
                for fd in "$process"/fd/*; do echo "${fd##*/} is $(readlink "$fd")"; done
              fi
            done
            """;

    @TempDir
    Path temp;

    @BeforeEach
    void requireQemu() {
        assumeTrue(
                List.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":")).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, QEMU))),
                QEMU + " is not installed, so nothing boots here; on Debian: apt-get install qemu-system-x86");
    }

    @Test
    void theClockIsSetAndTheGeneratorIsReseeded() throws Exception {
        String script = SET + "date -u +%F; exit 5";
        try (ServerSocketChannel server = server()) {
            Process qemu = boot(script, "1000:1000", "-serial", "unix:" + temp.resolve("port"));
            try (SocketChannel port = server.accept()) {
                assertThat(read(port)).isEqualTo('R');
                // The kernel takes no such number of nanoseconds.
                port.write(recordOf(Instant.parse("2035-01-01T00:00:00Z").getEpochSecond(), 2_000_000_000));
                assertThat(read(port)).isEqualTo('E');
                assertThat(read(port)).isEqualTo('R');
                ByteBuffer record =
                        recordOf(Instant.parse("2031-05-06T07:08:09Z").getEpochSecond(), 999_999_999);
                port.write(record.slice(0, 5));
                port.write(record.slice(5, 43));
                assertThat(read(port)).isEqualTo('K');
                assertThat(output(qemu)).containsExactly("2031-05-06", "unipkg-exit: 5");
            } finally {
                qemu.destroyForcibly();
            }
        }
    }

    @Test
    void theAgentIsApartFromTheProgram() throws Exception {
        String script = SET + SHOW_AGENT + """
                trap '' TERM
                kill -TERM -1
                wait
                echo -n D > /dev/ttyS1
                until [ "$(date -u +%Y)" = 2032 ]; do usleep 100000; done
                """;
        try (ServerSocketChannel server = server()) {
            Process qemu = boot(script, "", "-serial", "unix:" + temp.resolve("port"));
            try (SocketChannel port = server.accept()) {
                assertThat(read(port)).isEqualTo('R');
                port.write(recordOf(Instant.parse("2031-05-06T07:08:09Z").getEpochSecond(), 0));
                assertThat(List.of(read(port), read(port), read(port))).containsExactlyInAnyOrder('K', 'R', 'D');
                port.write(recordOf(Instant.parse("2032-05-06T07:08:09Z").getEpochSecond(), 0));
                assertThat(read(port)).isEqualTo('K');
                List<String> output = output(qemu);
                assertThat(output.getFirst()).matches("agent of 1, I am [0-9]+ of 1");
                assertThat(output.subList(1, output.size()))
                        .containsExactly(
                                "0 is /dev/ttyS1",
                                "1 is /dev/ttyS1",
                                "2 is /dev/null",
                                "3 is /dev/urandom",
                                "unipkg-exit: 0");
            } finally {
                qemu.destroyForcibly();
            }
        }
    }

    @Test
    void aMachineWithoutTheSecondPortRunsNothingButInitAndTheProgram() throws Exception {
        Process qemu = boot("for process in /proc/[0-9]*; do readlink \"$process/exe\"; done; exit 0", "");
        try {
            assertThat(output(qemu)).containsExactly("/.unipkg/busybox", "/bin/busybox", "unipkg-exit: 0");
        } finally {
            qemu.destroyForcibly();
        }
    }

    private ServerSocketChannel server() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(temp.resolve("port")));
    }

    private static ByteBuffer recordOf(long seconds, long nanoseconds) {
        ByteBuffer record = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(seconds).putLong(nanoseconds);
        while (record.hasRemaining()) {
            record.put((byte) (7 * record.position()));
        }
        return record.flip();
    }

    private static char read(SocketChannel port) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        if (port.read(one) < 0) {
            throw new EOFException("QEMU closed the serial port");
        }
        return (char) one.get(0);
    }

    private Process boot(String script, String user, String... devices) throws Exception {
        KernelRelease release = KernelRelease.readSource(Family.LINUX, DebianFolder.orSkip(), Optional.empty());
        FileTree tree = FileTree.builder()
                .file("bin/busybox", release.file("busybox"), true)
                .build();
        ImageSettings settings = new ImageSettings(
                "/bin/busybox",
                List.of("sh", "-c", script),
                new TreeMap<>(),
                "",
                0,
                List.of(),
                new TreeMap<>(),
                Firmware.BIOS,
                user,
                new TreeSet<>());
        Image.KernelAndInitrd image =
                (Image.KernelAndInitrd) Composer.compose(release, tree, settings, temp.resolve("image"));
        List<String> command = new ArrayList<>(List.of(QEMU, "-machine", "q35", "-accel", "tcg", "-m", "256M"));
        command.addAll(List.of(
                "-kernel", image.kernel().toString(), "-initrd", image.initrd().toString()));
        command.addAll(List.of("-append", image.commandLine(), "-no-reboot", "-display", "none", "-nic", "none"));
        command.addAll(List.of("-serial", "file:" + temp.resolve("console")));
        command.addAll(List.of(devices));
        return new ProcessBuilder(command).inheritIO().start();
    }

    /// The lines of the console, once the machine is off, without the kernel's last one.
    private List<String> output(Process qemu) throws Exception {
        assertThat(qemu.waitFor(180, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(temp.resolve("console"), StandardCharsets.UTF_8);
        return text.replace("\0", "")
                .lines()
                .map(String::stripTrailing)
                .filter(line -> !line.endsWith("reboot: Power down"))
                .toList();
    }
}
