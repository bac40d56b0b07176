package dev.unipkg.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A guest that connects to a service which listens on this host's loopback address only.
@Timeout(180)
class LoopbackReachTest {
    @TempDir
    Path home;

    private final AtomicInteger accepted = new AtomicInteger();
    private ServerSocket service;
    private Image image;

    @BeforeEach
    void listen() throws Exception {
        TinyServer.requireQemu();
        Path debian = DebianFolder.orSkip();
        service = new ServerSocket(0, 50, InetAddress.getByName(PortForward.LOOPBACK));
        Thread.startVirtualThread(this::serve);
        FileTree tree = FileTree.builder()
                .file("bin/busybox", new Content.Bytes(Files.readAllBytes(debian.resolve("bin/busybox"))), true)
                .build();
        String calls = "for host in 10.0.2.2 10.0.2.3 10.0.2.4; do /bin/busybox nc -w 3 $host " + service.getLocalPort()
                + " </dev/null; done; exit 0";
        ImageSettings settings = new ImageSettings(
                "/bin/busybox",
                List.of("sh", "-c", calls),
                new TreeMap<>(),
                "",
                0,
                List.of(),
                new TreeMap<>(),
                Firmware.BIOS);
        image = Composer.compose(
                KernelRelease.readSource(Family.LINUX, debian, Optional.empty()),
                tree,
                settings,
                home.resolve("image"));
    }

    @AfterEach
    void close() throws IOException {
        service.close();
    }

    @Test
    void guestReachesTheLoopbackOnlyWhereThatIsAllowed() throws Exception {
        assertThat(connections(Network.Reach.HOST)).isPositive();
        assertThat(connections(Network.Reach.NOTHING)).isZero();
    }

    @Test
    void guestDoesNotReachTheLoopbackByDefault() throws Exception {
        Booting booting = booting(Network.Reach.OUTSIDE);
        booting.run();
        assumeTrue(
                !booting.said().contains("reaches what listens on this host's loopback"),
                "passt keeps guests from the loopback, and cannot be used here: " + booting.said());
        assertThat(accepted).hasValue(0);
    }

    private int connections(Network.Reach reach) throws Exception {
        int before = accepted.get();
        booting(reach).run();
        return accepted.get() - before;
    }

    private void serve() {
        while (true) {
            try {
                service.accept().close();
                accepted.incrementAndGet();
            } catch (IOException e) {
                // The test is over.
                return;
            }
        }
    }

    private Booting booting(Network.Reach reach) throws IOException {
        return new Booting(Files.createDirectories(home.resolve(reach.toString())), image).reaching(reach);
    }
}
