package dev.unipkg.cli.machine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.oci.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rings at small servers that behave as a port forward does before and after its guest is up.
@Timeout(30)
class ReadinessProbeTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(400);

    private interface Behaviour {
        void answer(Socket call, int number) throws Exception;
    }

    private ServerSocket server;
    private final AtomicInteger calls = new AtomicInteger();

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void takesAnyByteForAnAnswer() throws IOException {
        serve((call, number) -> call.getOutputStream().write('-'));
        assertThat(ring(Optional.empty(), LONG)).isTrue();
    }

    @Test
    void takesAnAcceptedConnectionForNoAnswer() throws IOException {
        serve((call, number) -> Thread.sleep(LONG));
        assertThat(ring(Optional.empty(), SHORT)).isFalse();
        assertThat(calls.get()).as("calls").isGreaterThan(1);
    }

    @Test
    void triesAgainWhereEarlyCallsAreLostOrReset() throws IOException {
        serve((call, number) -> {
            switch (number) {
                case 1, 2 -> Thread.sleep(LONG);
                case 3, 4, 5 -> call.setSoLinger(true, 0);
                default -> call.getOutputStream().write("+PONG\r\n".getBytes(US_ASCII));
            }
        });
        long begun = System.nanoTime();
        assertThat(ring(Optional.empty(), LONG)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void hearsAnAnswerThatTakesLongerThanTheTimeBetweenCalls() throws IOException {
        serve((call, number) -> {
            Thread.sleep(700);
            call.getOutputStream().write("late".getBytes(US_ASCII));
        });
        assertThat(ring(Optional.empty(), LONG)).isTrue();
    }

    @Test
    void waitsUntilTheNamedPathIsServed() throws IOException {
        serve((call, number) -> {
            String line = "HTTP/1.1 " + (number < 4 ? "503 Service Unavailable" : "204 No Content") + "\r\n\r\n";
            call.getOutputStream().write(line.getBytes(US_ASCII));
        });
        assertThat(ring(Optional.of("/health"), LONG)).isTrue();
        assertThat(calls.get()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void doesNotTakeAnotherProtocolForHttp() throws IOException {
        serve((call, number) -> call.getOutputStream().write("-ERR unknown command 'GET'\r\n".getBytes(US_ASCII)));
        assertThat(ring(Optional.of("/health"), SHORT)).isFalse();
    }

    @Test
    void stopsWhenItIsClosed() throws Exception {
        serve((call, number) -> Thread.sleep(LONG));
        ReadinessProbe doorbell = doorbell(Optional.empty());
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return doorbell.await(LONG);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Thread.sleep(100);
        doorbell.close();
        assertThat(waiting.get()).isFalse();
    }

    @Test
    void ringsOnlyAtTcpAndAtThePortThePackageNames() throws IOException {
        List<PortForward> udp = List.of(PortForward.parse("5353:53/udp"));
        List<PortForward> other = List.of(PortForward.parse("8080:80"));
        assertThat(ReadinessProbe.door(udp, Optional.empty())).isEmpty();
        assertThat(ReadinessProbe.door(other, Optional.of(new Readiness(81, Optional.empty()))))
                .isEmpty();
        assertThat(ReadinessProbe.door(List.of(), Optional.empty())).isEmpty();
    }

    private boolean ring(Optional<String> path, Duration patience) throws IOException {
        try (ReadinessProbe doorbell = doorbell(path)) {
            return doorbell.await(patience);
        }
    }

    private ReadinessProbe doorbell(Optional<String> path) throws IOException {
        PortForward forward = PortForward.parse(server.getLocalPort() + ":80");
        return ReadinessProbe.at(forward, Optional.of(new Readiness(80, path)));
    }

    private void serve(Behaviour behaviour) {
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket call = server.accept();
                    int number = calls.incrementAndGet();
                    Thread.startVirtualThread(() -> {
                        try (call) {
                            // The request is read first: closing with unread bytes would reset the answer
                            // away.
                            assertThat(call.getInputStream().read()).isEqualTo('G');
                            behaviour.answer(call, number);
                            call.shutdownOutput();
                            call.getInputStream().readAllBytes();
                        } catch (Exception e) {
                            // The doorbell hung up first, as it does with all calls but one.
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
