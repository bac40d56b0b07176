package dev.unipkg.cli.machine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostPortsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void choosesAFreePortWhereNoneIsNamed() throws IOException {
        PortForward settled =
                HostPorts.settle(List.of(PortForward.parse("0:80"))).getFirst();
        assertThat(settled.guestPort()).isEqualTo(80);
        assertThat(settled.hostPort()).isPositive();
        new ServerSocket(settled.hostPort(), 1, LOOPBACK).close();
    }

    @Test
    void namesWhoHasAPortAndWhatToType() throws IOException {
        try (ServerSocket mine = new ServerSocket(0, 1, LOOPBACK)) {
            int port = mine.getLocalPort();
            int other = port < 50_000 ? port + 10_000 : port - 10_000;
            assertThatThrownBy(() -> HostPorts.settle(List.of(PortForward.parse(port + ":80"))))
                    .isInstanceOfSatisfying(Failure.class, failure -> {
                        assertThat(failure)
                                .hasMessage("port " + port + " of 127.0.0.1 is taken by java (process "
                                        + ProcessHandle.current().pid() + ")");
                        assertThat(failure.next())
                                .contains("end that, or choose another port, as in -p " + other + ":80");
                        assertThat(failure.exit()).isEqualTo(ExitCode.FAILED);
                    });
        }
    }

    @Test
    void seesThatAUdpPortIsTaken() throws IOException {
        try (DatagramSocket mine = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            assertThatThrownBy(() -> HostPorts.settle(List.of(PortForward.parse(mine.getLocalPort() + ":53/udp"))))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("is taken by java");
            HostPorts.settle(List.of(PortForward.parse(mine.getLocalPort() + ":53/tcp")));
        }
    }

    @Test
    void waitsForAPortThatIsLetGo() throws Exception {
        try (ServerSocket former = new ServerSocket(0, 1, LOOPBACK)) {
            List<PortForward> wanted = List.of(PortForward.parse(former.getLocalPort() + ":80"));
            Thread.ofVirtual().start(() -> {
                try {
                    former.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            HostPorts.awaitFree(wanted);
            assertThat(HostPorts.settle(wanted)).isEqualTo(wanted);
        }
    }

    @Test
    void refusesAPortThatIsNotLetGo() throws IOException {
        try (ServerSocket mine = new ServerSocket(0, 1, LOOPBACK)) {
            assertThatThrownBy(() -> HostPorts.awaitFree(List.of(PortForward.parse(mine.getLocalPort() + ":80"))))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("is taken by java");
        }
    }

    @Test
    void refusesOnePortTwice() {
        int port =
                HostPorts.settle(List.of(PortForward.parse("0:80"))).getFirst().hostPort();
        assertThatThrownBy(() ->
                        HostPorts.settle(List.of(PortForward.parse(port + ":80"), PortForward.parse(port + ":81"))))
                .isInstanceOf(Failure.class)
                .hasMessage("port " + port + " is forwarded twice");
    }

    @Test
    void takesOnePortOfTwoAddresses() {
        int port =
                HostPorts.settle(List.of(PortForward.parse("0:80"))).getFirst().hostPort();
        List<PortForward> forwards = List.of(
                PortForward.parse("127.0.0.1:" + port + ":80"),
                PortForward.parse("127.0.0.2:" + port + ":80"),
                PortForward.parse("127.0.0.1:" + port + ":80/udp"));
        assertThat(HostPorts.settle(forwards)).isEqualTo(forwards);
        for (List<String> twice : List.of(List.of("0.0.0.0", "127.0.0.2"), List.of("127.0.0.2", "0.0.0.0"))) {
            assertThatThrownBy(() -> HostPorts.settle(twice.stream()
                            .map(address -> PortForward.parse(address + ":" + port + ":80"))
                            .toList()))
                    .isInstanceOf(Failure.class)
                    .hasMessage("port " + port + " is forwarded twice");
        }
    }

    @Test
    void saysThatAnAddressIsNotOfThisHost() {
        assertThatThrownBy(() -> HostPorts.settle(List.of(PortForward.parse("198.51.100.7:8080:80"))))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure).hasMessageContaining("cannot listen on port 8080 of 198.51.100.7");
                    assertThat(failure.next()).contains("check that 198.51.100.7 is an address of this host");
                });
    }
}
