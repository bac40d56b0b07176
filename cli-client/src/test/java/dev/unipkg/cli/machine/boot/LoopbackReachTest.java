package dev.unipkg.cli.machine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.Composer;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.Image;
import dev.unipkg.kernels.ImageSettings;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.kernels.linux.DebianFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
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

/// A guest that connects to services which listen on this host's loopback address only: by the addresses of its
/// network, and as root of its kernel by frames for the loopback address itself.
@Timeout(180)
class LoopbackReachTest {
    private static final String CALLS = """
        b=/bin/busybox
        call() {
          $b nc -w 3 $1 TCP </dev/null
          $b timeout 3 $b tftp -g -r x -l /dev/null $1 UDP
        }
        for host in 10.0.2.2 10.0.2.3 10.0.2.4; do call $host; done
        $b mount -t proc proc /proc
        $b ip route del local 127.0.0.0/8 table local
        $b ip addr del 127.0.0.1/8 dev lo
        $b ip link set lo down
        for file in /proc/sys/net/ipv4/conf/*/route_localnet; do echo 1 >$file; done
        $b ip route add 127.0.0.0/8 via 10.0.2.2 src 10.0.2.15
        echo route: $($b ip route get 127.0.0.1)
        call 127.0.0.1
        exit 0
        """;

    @TempDir
    Path home;

    private final AtomicInteger accepted = new AtomicInteger();
    private ServerSocket service;
    private DatagramChannel datagrams;
    private Image image;

    @BeforeEach
    void listen() throws Exception {
        TinyServer.requireQemu();
        Path debian = DebianFolder.orSkip();
        service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::serve);
        FileTree tree = FileTree.builder()
                .file("bin/busybox", new Content.Bytes(Files.readAllBytes(debian.resolve("bin/busybox"))), true)
                .build();
        datagrams = DatagramChannel.open();
        datagrams
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .configureBlocking(false);
        String calls = CALLS.replace("TCP", "" + service.getLocalPort())
                .replace("UDP", "" + datagrams.socket().getLocalPort());
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
        datagrams.close();
    }

    @Test
    void guestReachesTheLoopbackOnlyWhereThatIsAllowed() throws Exception {
        assertThat(connections(Network.Reach.HOST)).isPositive();
        assertThat(hasDatagrams()).isTrue();
        assertThat(connections(Network.Reach.NOTHING)).isZero();
        assertThat(hasDatagrams()).isFalse();
    }

    @Test
    void guestDoesNotReachTheLoopbackByDefault() throws Exception {
        Booting booting = booting(Network.Reach.OUTSIDE);
        assertThat(booting.run()).as(booting.said()).isEqualTo(new BootResult.Exit(0));
        assumeTrue(
                !booting.said().contains("reaches what listens on this host's loopback"),
                "passt keeps guests from the loopback, and cannot be used here: " + booting.said());
        assertThat(booting.console())
                .as("the guest sends frames for the loopback")
                .contains("route: 127.0.0.1 via 10.0.2.2 dev");
        assertThat(accepted).hasValue(0);
        assertThat(hasDatagrams()).isFalse();
    }

    // Takes all of them.
    private boolean hasDatagrams() throws IOException {
        boolean some = false;
        while (datagrams.receive(ByteBuffer.allocate(64)) != null) {
            some = true;
        }
        return some;
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
