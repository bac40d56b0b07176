package dev.unipkg.cli.machine.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The conversation with a small QMP server that says what each test wants it to say.
@Timeout(30)
class QmpTest {
    private static final String GREETING = """
            {"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}\r
            """;
    private static final String DONE = "{\"return\": {}}\r\n";

    @TempDir
    Path folder;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("q")));
        open.add(server);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void negotiatesAndAsksWhetherTheAcceleratorGaveUp() throws Exception {
        Qmp qmp = talkingTo(command -> command.contains("query-status")
                ? "{\"return\": {\"status\": \"internal-error\", \"singlestep\": false, \"running\": false}}\r\n"
                : DONE);
        assertThat(qmp.internalError()).isTrue();
        assertThat(heard)
                .containsExactly(
                        "{\"execute\":\"qmp_capabilities\",\"arguments\":{}}",
                        "{\"execute\":\"query-status\",\"arguments\":{}}");
    }

    @Test
    void pressesTheKeysThatLinuxKnows() throws Exception {
        talkingTo(command -> DONE).ctrlAltDelete();
        assertThat(heard)
                .contains("{\"execute\":\"send-key\",\"arguments\":{\"keys\":["
                        + "{\"type\":\"qcode\",\"data\":\"ctrl\"},{\"type\":\"qcode\",\"data\":\"alt\"},"
                        + "{\"type\":\"qcode\",\"data\":\"delete\"}]}}");
    }

    @Test
    void tellsEventsApartFromAnswersThatComeBetweenThem() throws Exception {
        Qmp qmp = talkingTo(command -> command.contains("system_powerdown")
                ? "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"POWERDOWN\"}\r\n" + DONE
                        + "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 3}, \"event\": \"STOP\"}\r\n"
                : DONE);
        qmp.powerDown();
        assertThat(events.poll(5, TimeUnit.SECONDS)).isEqualTo("POWERDOWN");
        assertThat(events.poll(5, TimeUnit.SECONDS)).isEqualTo("STOP");
    }

    @Test
    void reportsWhatQemuRefuses() throws Exception {
        Qmp qmp = talkingTo(command -> command.contains("quit")
                ? "{\"error\": {\"class\": \"GenericError\", \"desc\": \"not now\"}}\r\n"
                : DONE);
        assertThatThrownBy(qmp::quit).isInstanceOf(IOException.class).hasMessage("QEMU refuses quit: not now");
    }

    @RepeatedTest(50)
    void takesTheAnswerOfAQemuThatEndsAtOnce() throws Exception {
        talkingTo(command -> DONE).quit();
    }

    @Test
    void noticesThatQemuIsGone() throws Exception {
        Qmp qmp = talkingTo(command -> command.contains("capabilities") ? DONE : "");
        assertThatThrownBy(qmp::powerDown).isInstanceOf(IOException.class);
        assertThatThrownBy(qmp::powerDown).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAGreetingThatIsNone() throws Exception {
        assertThatThrownBy(() -> talkingTo("{\"hello\": {}}\n", command -> DONE))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> talkingTo("SSH-2.0-OpenSSH\n", command -> DONE))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> talkingTo("x".repeat(2 << 20), command -> DONE))
                .isInstanceOf(IOException.class);
    }

    private Qmp talkingTo(Function<String, String> answers) throws IOException {
        return talkingTo(GREETING, answers);
    }

    /// @param answers what the server sends for each line it reads; nothing makes it hang up, as does `quit`
    private Qmp talkingTo(String greeting, Function<String, String> answers) throws IOException {
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        open.add(client);
        SocketChannel peer = server.accept();
        open.add(peer);
        Thread.startVirtualThread(() -> {
            try (peer;
                    BufferedReader lines = new BufferedReader(Channels.newReader(peer, UTF_8))) {
                write(peer, greeting);
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    heard.add(line);
                    String answer = answers.apply(line);
                    if (answer.isEmpty()) {
                        return;
                    }
                    write(peer, answer);
                    if (line.contains("\"quit\"")) {
                        return;
                    }
                }
            } catch (IOException e) {
                heard.add("broken: " + e.getMessage());
            }
        });
        return Qmp.open(client, events::add);
    }

    private static void write(SocketChannel peer, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            peer.write(bytes);
        }
    }
}
