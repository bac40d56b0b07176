package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.cli.registry.Http;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.registry.Pace;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.registry.Retry;
import dev.unipkg.cli.registry.Unreachable;
import dev.unipkg.format.PackageName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SlowHeadTest {
    private static final PackageName NAME = PackageName.parse("acme/tool");
    private static final Duration LONG = Duration.ofSeconds(20);

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "http, HTTP/1.1 200 O",
                "http, \"HTTP/1.1 200 OK\r\nX: \"",
                "http, \"HTTP/1.1 404 Not Found\r\nX: \"",
                // A handshake of TLS (RFC 8446, 5.1) of 16 KiB.
                "https, \"\u0016\u0003\u0003@\u0000\""
            })
    void aHeadThatDripsInIsGivenUp(String scheme, String beginning) throws Exception {
        Thread drip = Thread.ofVirtual().start(() -> drip(beginning.getBytes(ISO_8859_1)));

        assertThatThrownBy(() -> registry(scheme, Duration.ofMillis(300)).tags(NAME))
                .isInstanceOf(Unreachable.class)
                .hasMessage("%s://127.0.0.1:%d did not answer in time".formatted(scheme, server.getLocalPort()));
        drip.join();
    }

    @Test
    void anEncryptedHeadThatDripsInIsGivenUp(@TempDir Path temp) throws Exception {
        try (ThrowawayKey key = ThrowawayKey.in(temp)) {
            server.close();
            server = key.context().getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread drip = Thread.ofVirtual().start(() -> drip("HTTP/1.1 200 O".getBytes(ISO_8859_1)));

            assertThatThrownBy(() -> registry("https", Duration.ofSeconds(1)).tags(NAME))
                    .isInstanceOf(Unreachable.class)
                    .hasMessageEndingWith(" did not answer in time");
            drip.join();
        }
    }

    @Test
    void anAnswerToAManifestMayTakeLonger() throws Exception {
        Thread check = Thread.ofVirtual().start(() -> answerLate("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));

        registry("http", Duration.ofMillis(300)).putDocument(NAME, "1.0", "application/json", new byte[] {'{'}, "push");
        check.join();
    }

    @Test
    void anAnswerToAManifestIsNotWaitedForWithoutAnEnd() throws Exception {
        Thread drip = Thread.ofVirtual().start(() -> drip("HTTP/1.1 201 C".getBytes(ISO_8859_1)));
        Duration silence = Duration.ofSeconds(30);
        Pace pace = new Pace(silence, LONG, Duration.ofMillis(300), 1, LONG);

        assertThatThrownBy(() -> registry("http", pace).putDocument(NAME, "1.0", "application/json", new byte[1], ""))
                .isInstanceOf(Unreachable.class)
                .hasMessageEndingWith(" did not answer in time");
        drip.join();
    }

    @Test
    void whatCameInTimeIsReadAfterIt() throws Exception {
        String json = "{\"tags\":[\"1.0\"]}";
        Thread answer = Thread.ofVirtual()
                .start(() -> answer("HTTP/1.1 200 OK\r\nContent-Length: " + json.length() + "\r\n\r\n", json, 900));

        assertThat(registry("http", Duration.ofMillis(300)).tags(NAME)).containsExactly("1.0");
        answer.join();
    }

    private Registry registry(String scheme, Duration head) {
        return registry(scheme, new Pace(Duration.ofSeconds(30), head, LONG, 1, LONG));
    }

    private Registry registry(String scheme, Pace pace) {
        Origin origin = Origin.parse(scheme + "://127.0.0.1:" + server.getLocalPort());
        return new Registry(
                origin,
                new Http(false, pace, _ -> Optional.empty(), Set.of()),
                new Retry(1, Duration.ofMillis(1), _ -> {}));
    }

    // A byte now and then, well within every silence, until who asked hangs up.
    private void drip(byte[] beginning) {
        try (Socket socket = server.accept()) {
            OutputStream out = socket.getOutputStream();
            out.write(beginning);
            while (true) {
                out.write('x');
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            // Hung up, as expected.
        }
    }

    private void answerLate(String head) {
        answer("", head, 900);
    }

    private void answer(String first, String then, int millisBetween) {
        try (Socket socket = server.accept()) {
            int _ = socket.getInputStream().read(new byte[8192]);
            socket.getOutputStream().write(first.getBytes(ISO_8859_1));
            Thread.sleep(millisBetween);
            socket.getOutputStream().write(then.getBytes(ISO_8859_1));
        } catch (IOException | InterruptedException e) {
            // The request fails then.
        }
    }
}
