package dev.unipkg.cli.machine.readiness;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.machine.network.PortForward;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Probes small servers that behave as a port forward does before and after its guest is up, and frames that
/// say what the guest does.
@Timeout(30)
class PortProbeTest {
    private static final int PORT = 80;
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(600);

    private interface Behaviour {
        void answer(Socket call, int number) throws Exception;
    }

    @TempDir
    Path folder;

    private ServerSocket server;
    private GuestTraffic traffic;
    private Frames frames;
    private final AtomicInteger calls = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        traffic = new GuestTraffic();
        traffic.open(pipe);
        frames = new Frames(pipe);
    }

    @AfterEach
    void close() throws IOException {
        traffic.close();
        frames.close();
        server.close();
    }

    @Test
    void connectionThatTheGuestAcceptsIsReadyWithoutAByteSent() throws Exception {
        CompletableFuture<Integer> read = new CompletableFuture<>();
        serve((call, number) -> {
            frames.fromGuest(PORT, Frames.SYN_ACK);
            read.complete(call.getInputStream().read());
        });
        assertThat(probe(Optional.empty(), LONG)).isTrue();
        assertThat(read.get()).as("the connection's clean end").isEqualTo(-1);
    }

    @Test
    void connectionThatOnlyTheForwardAcceptsIsNotReady() throws Exception {
        serve((call, number) -> call.getInputStream().read());
        PortProbe probe = prober(Optional.empty());
        assertThat(probe.await(SHORT)).isFalse();
        assertThat(probe.whyNotReady()).isEqualTo("the guest has sent nothing on its network");
    }

    @Test
    void segmentsOfOthersAndOfOtherPortsAreNoAnswer() throws Exception {
        serve((call, number) -> {
            frames.fromHost(PORT, Frames.SYN_ACK);
            frames.fromGuest(81, Frames.SYN_ACK);
            frames.write(new byte[] {1, 2, 3});
            call.getInputStream().read();
        });
        PortProbe probe = prober(Optional.empty());
        assertThat(probe.await(SHORT)).isFalse();
        assertThat(probe.await(Duration.ofSeconds(3))).isFalse();
        assertThat(probe.whyNotReady()).isEqualTo("the guest does not answer on port 80");
    }

    @Test
    void refusedConnectionsAreTriedAgainUntilOneIsAccepted() throws Exception {
        frames.fromGuest(9, Frames.RST_ACK);
        serve((call, number) -> frames.fromGuest(PORT, number < 10 ? Frames.RST_ACK : Frames.SYN_ACK));
        long begun = System.nanoTime();
        assertThat(probe(Optional.empty(), LONG)).isTrue();
        assertThat(calls).hasValue(10);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void refusalIsSaid() throws Exception {
        frames.fromGuest(9, Frames.RST_ACK);
        serve((call, number) -> frames.fromGuest(PORT, Frames.RST_ACK));
        PortProbe probe = prober(Optional.empty());
        assertThat(probe.await(SHORT)).isFalse();
        assertThat(probe.whyNotReady()).isEqualTo("port 80 refuses connections");
    }

    @Test
    void pathIsAskedWithGrowingPausesUntilItIsServed() throws Exception {
        serveHttp(number -> number < 4 ? "503 Service Unavailable" : "204 No Content");
        long begun = System.nanoTime();
        assertThat(probe(Optional.of("/health"), LONG)).isTrue();
        assertThat(requests).hasSize(4).allMatch("GET /health HTTP/1.0"::equals);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("pauses of 100, 200 and 400 ms")
                .isGreaterThan(Duration.ofMillis(700));
    }

    @Test
    void statusOfAnAnswerThatIsNotGoodIsSaid() throws Exception {
        serveHttp(number -> "404 Not Found");
        PortProbe probe = prober(Optional.of("/health"));
        assertThat(probe.await(SHORT)).isFalse();
        assertThat(probe.whyNotReady()).isEqualTo("GET /health is answered with status 404");
    }

    @Test
    void slowAnswerIsWaitedForWithOneRequest() throws Exception {
        serveHttp(number -> {
            Thread.sleep(1000);
            return "200 OK";
        });
        assertThat(probe(Optional.of("/"), LONG)).isTrue();
        assertThat(requests).hasSize(1);
    }

    @Test
    void otherProtocolIsNoAnswerToAGet() throws Exception {
        serve((call, number) -> {
            frames.fromGuest(PORT, Frames.SYN_ACK);
            assertThat(call.getInputStream().read()).isEqualTo('G');
            call.getOutputStream().write("-ERR unknown command 'GET'\r\n".getBytes(US_ASCII));
        });
        PortProbe probe = prober(Optional.of("/health"));
        assertThat(probe.await(SHORT)).isFalse();
        assertThat(probe.whyNotReady()).isEqualTo("GET /health is answered with no HTTP");
    }

    @Test
    void waitingProbeReturnsWhenItIsClosed() throws Exception {
        serve((call, number) -> call.getInputStream().read());
        PortProbe probe = prober(Optional.empty());
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return probe.await(LONG);
            } catch (IOException | InterruptedException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        });
        while (calls.get() == 0) {
            Thread.onSpinWait();
        }
        probe.close();
        assertThat(waiting.get()).isFalse();
    }

    private boolean probe(Optional<String> path, Duration patience) throws Exception {
        return prober(path).await(patience);
    }

    private PortProbe prober(Optional<String> path) {
        return new PortProbe(PortForward.parse(server.getLocalPort() + ":" + PORT), path, traffic, false, () -> {});
    }

    private interface Status {
        String of(int number) throws InterruptedException;
    }

    private void serveHttp(Status status) {
        serve((call, number) -> {
            frames.fromGuest(PORT, Frames.SYN_ACK);
            BufferedReader request = new BufferedReader(new InputStreamReader(call.getInputStream(), US_ASCII));
            requests.add(request.readLine());
            String line = request.readLine();
            while (!line.isEmpty()) {
                line = request.readLine();
            }
            call.getOutputStream().write(("HTTP/1.1 " + status.of(number) + "\r\n\r\n").getBytes(US_ASCII));
        });
    }

    private void serve(Behaviour behaviour) {
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket call = server.accept();
                    int number = calls.incrementAndGet();
                    Thread.startVirtualThread(() -> {
                        try (call) {
                            behaviour.answer(call, number);
                            call.shutdownOutput();
                            call.getInputStream().readAllBytes();
                        } catch (Exception e) {
                            // The probe hung up first.
                            return;
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
    }
}
