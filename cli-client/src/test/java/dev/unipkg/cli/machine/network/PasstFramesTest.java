package dev.unipkg.cli.machine.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.Shell;
import dev.unipkg.cli.machine.qemu.QemuStart;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The frames between passt and QEMU, with this test in place of QEMU.
@Timeout(60)
class PasstFramesTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final short IPV4 = 0x0800;
    private static final short ARP = 0x0806;
    private static final byte[] EVERYBODY = HexFormat.of().parseHex("ffffffffffff");
    private static final byte[] CARD = HexFormat.ofDelimiter(":").parseHex(Network.CARD);
    private static final byte[] GATEWAY = HexFormat.of().parseHex("52550a000202");

    @TempDir
    Path folder;

    private @Nullable Process pkg;
    private @Nullable Process qemu;
    private @Nullable SocketChannel network;
    private int guestPort = 40_000;

    // Starts the network and what stands for QEMU, which does not connect yet. The process `cat` stands for pkg: the
    // forwards are opened when it ends.
    private void prepare(List<PortForward> forwards) throws Exception {
        Optional<Path> passt = Shell.find("passt");
        assumeTrue(passt.isPresent(), "passt is not installed; on Debian: apt-get install passt");
        List<String> waiting = List.of("/bin/sh", "-c", "echo up; exec sleep 600");
        List<Process> processes = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder("cat"),
                new ProcessBuilder(PasstTest.before(waiting, passt.get(), forwards)).directory(folder.toFile())));
        pkg = processes.getFirst();
        qemu = processes.getLast();
        if (qemu.inputReader().readLine() == null) {
            abort("passt cannot be used here: " + Files.readString(folder.resolve("network.log")));
        }
    }

    private void connect() throws IOException {
        network = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(Passt.SOCKET)));
        // passt sends nothing before it knows that there is a guest.
        askForTheGatewaysCard();
        awaitAnswer();
    }

    private void start(List<PortForward> forwards) throws Exception {
        prepare(forwards);
        connect();
        QemuStart.openForwards(requireNonNull(pkg));
    }

    @AfterEach
    void end() throws IOException {
        if (network != null) {
            network.close();
        }
        if (qemu != null) {
            List<ProcessHandle> children = qemu.descendants().toList();
            qemu.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
        if (pkg != null) {
            pkg.destroyForcibly();
        }
    }

    @Test
    void framesForTheLoopbackDoNotReachIt() throws Exception {
        start(List.of());
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel service = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
                DatagramChannel datagrams = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0))) {
            service.configureBlocking(false);
            datagrams.configureBlocking(false);
            for (String address : List.of(PortForward.LOOPBACK, "0.0.0.0", "10.0.2.2", "10.0.2.3", "10.0.2.15")) {
                send(TCP, address, service.socket().getLocalPort());
                send(UDP, address, datagrams.socket().getLocalPort());
            }
            awaitThatFramesForOtherAddressesArrive();
            assertThat(service.accept()).isNull();
            assertThat(datagrams.receive(ByteBuffer.allocate(16))).isNull();
        }
    }

    @Test
    void forwardsLeadToTheGuestFromTheAddressesThatTheyName() throws Exception {
        List<PortForward> forwards = HostPorts.settle(
                List.of(PortForward.parse("0.0.0.0:0:80"), PortForward.parse("0:81"), PortForward.parse("0:53/udp")));
        start(forwards);
        for (InetAddress address : List.of(outwardAddress(), InetAddress.getLoopbackAddress())) {
            try (SocketChannel call = SocketChannel.open()) {
                // As the readiness probe does.
                call.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                call.connect(new InetSocketAddress(address, forwards.get(0).hostPort()));
                awaitFrame(TCP, 80);
            }
        }
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SocketChannel call = SocketChannel.open(
                        new InetSocketAddress(loopback, forwards.get(1).hostPort()));
                DatagramChannel datagrams = DatagramChannel.open()) {
            assertThat(call.isConnected()).isTrue();
            awaitFrame(TCP, 81);
            datagrams.send(
                    ByteBuffer.wrap("ping".getBytes(US_ASCII)),
                    new InetSocketAddress(loopback, forwards.get(2).hostPort()));
            awaitFrame(UDP, 53);
        }
    }

    @Test
    void connectionBeforeQemuReachesTheGuestFirstWhenForwardsAreOpened() throws Exception {
        assertFirst(() -> QemuStart.openForwards(requireNonNull(pkg)));
    }

    @Test
    void connectionBeforeQemuReachesTheGuestFirstWhenPkgIsKilled() throws Exception {
        assertFirst(() -> requireNonNull(pkg).destroyForcibly());
    }

    // A connection that was lost would come seconds later, behind the second one.
    private void assertFirst(Runnable opening) throws Exception {
        List<PortForward> forwards = HostPorts.settle(List.of(PortForward.parse("0:80"), PortForward.parse("0:81")));
        prepare(forwards);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SocketChannel early = SocketChannel.open(
                new InetSocketAddress(loopback, forwards.get(0).hostPort()))) {
            connect();
            assertThat(requireNonNull(qemu).children()).as("passt and pasta").hasSize(2);
            opening.run();
            try (SocketChannel late = SocketChannel.open(
                    new InetSocketAddress(loopback, forwards.get(1).hostPort()))) {
                assertThat(early.isConnected() && late.isConnected()).isTrue();
                assertThat(nextPort(TCP)).isEqualTo(80);
                awaitFrame(TCP, 81);
            }
        }
    }

    private void awaitFrame(int protocol, int port) throws IOException {
        while (nextPort(protocol) != port) {}
    }

    // The port of the next frame of a protocol that passt sends to the guest.
    private int nextPort(int protocol) throws IOException {
        while (true) {
            ByteBuffer frame = read(read(4).getInt());
            if (frame.getShort(12) == IPV4 && frame.get(14 + 9) == protocol) {
                return Short.toUnsignedInt(frame.getShort(14 + (frame.get(14) & 0xf) * 4 + 2));
            }
        }
    }

    private void awaitAnswer() throws IOException {
        ByteBuffer frame = read(read(4).getInt());
        while (frame.getShort(12) != ARP) {
            frame = read(read(4).getInt());
        }
    }

    // RFC 826.
    private void askForTheGatewaysCard() throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(4 + 14 + 28);
        frame.putInt(14 + 28).put(EVERYBODY).put(CARD).putShort(ARP);
        frame.putShort((short) 1).putShort(IPV4).put((byte) 6).put((byte) 4).putShort((short) 1);
        frame.put(CARD).put(InetAddress.getByName("10.0.2.15").getAddress());
        frame.put(new byte[6]).put(InetAddress.getByName("10.0.2.2").getAddress());
        write(frame);
    }

    private void write(ByteBuffer frame) throws IOException {
        frame.rewind();
        while (frame.hasRemaining()) {
            requireNonNull(network).write(frame);
        }
    }

    private ByteBuffer read(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            assertThat(requireNonNull(network).read(bytes)).isPositive();
        }
        return bytes.flip();
    }

    // They are behind the others, and passt and pasta forward frames in their order.
    private void awaitThatFramesForOtherAddressesArrive() throws IOException {
        InetAddress other = outwardAddress();
        try (ServerSocketChannel service = ServerSocketChannel.open().bind(new InetSocketAddress(other, 0));
                DatagramChannel datagrams = DatagramChannel.open().bind(new InetSocketAddress(other, 0))) {
            send(TCP, other.getHostAddress(), service.socket().getLocalPort());
            service.accept().close();
            send(UDP, other.getHostAddress(), datagrams.socket().getLocalPort());
            datagrams.receive(ByteBuffer.allocate(16));
        }
    }

    private static InetAddress outwardAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElseGet(() -> abort("this host has no address but those of the loopback"));
    }

    // A TCP segment that opens a connection, or a datagram of four bytes, each from a port of its own.
    private void send(int protocol, String address, int port) throws IOException {
        int bytes = protocol == TCP ? 20 : 12;
        ByteBuffer frame = ByteBuffer.allocate(4 + 14 + 20 + bytes);
        frame.putInt(14 + 20 + bytes).put(GATEWAY).put(CARD).putShort(IPV4);
        int header = frame.position();
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (20 + bytes)).putInt(0);
        frame.put((byte) 64).put((byte) protocol).putShort((short) 0);
        frame.put(InetAddress.getByName("10.0.2.15").getAddress())
                .put(InetAddress.getByName(address).getAddress());
        frame.putShort(header + 10, checksum(frame, header));
        frame.putShort((short) guestPort++).putShort((short) port);
        if (protocol == TCP) {
            frame.putInt(1).putInt(0).putShort((short) 0x5002).putShort((short) 8192);
        } else {
            frame.putShort((short) bytes).putShort((short) 0).put("ping".getBytes(US_ASCII));
        }
        write(frame);
    }

    // RFC 1071, of the 20 bytes from an index.
    private static short checksum(ByteBuffer bytes, int from) {
        int sum = 0;
        for (int i = from; i < from + 20; i += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(i));
        }
        return (short) ~((sum & 0xffff) + (sum >> 16));
    }
}
