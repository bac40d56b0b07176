package dev.unipkg.registry.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Bodies of real requests over real connections, read as a resource reads them.
class RequestBodyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Incoming> requests = new ArrayBlockingQueue<>(10);
    private final AtomicLong waitingBytes = new AtomicLong();
    private Socket client;

    private record Incoming(HttpServerRequest request, Context context) {}

    @BeforeEach
    void serve() throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            request.pause();
            requests.add(new Incoming(request, vertx.getOrCreateContext()));
        });
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aBodyIsReadWholeAndNoFurtherAheadThanAllowed() throws Exception {
        byte[] sent = new byte[20 << 20];
        new Random(1).nextBytes(sent);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(sent));
        try (RequestBody body = body(PATIENCE)) {
            while (waitingBytes.get() <= RequestBody.AHEAD_BYTES) {
                Thread.onSpinWait();
            }
            assertThat(sending).isNotDone();
            assertThat(body.readAllBytes()).isEqualTo(sent);
        }
        sending.get(10, TimeUnit.SECONDS);
        assertThat(waitingBytes).hasValue(0);
    }

    @Test
    void fewBytesOfEachWaitWhereManyBodiesDo() throws Exception {
        waitingBytes.set(RequestBody.ALL_AHEAD_BYTES);
        byte[] sent = new byte[5 << 20];
        new Random(2).nextBytes(sent);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(sent));
        try (RequestBody body = body(PATIENCE)) {
            assertThat(body.read()).isEqualTo(sent[0] & 0xff);
            assertThat(waitingBytes).hasValueLessThan(RequestBody.ALL_AHEAD_BYTES + RequestBody.AHEAD_BYTES / 2);
            assertThat(body.readAllBytes()).hasSize(sent.length - 1);
        }
        sending.get(10, TimeUnit.SECONDS);
        assertThat(waitingBytes).hasValue(RequestBody.ALL_AHEAD_BYTES);
    }

    @Test
    void whoWaitsToBeAskedIsAsked() throws Exception {
        client.getOutputStream()
                .write("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
                        .getBytes(US_ASCII));
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try (RequestBody body = body(PATIENCE)) {
                read.complete(body.readAllBytes());
            } catch (Exception e) {
                read.completeExceptionally(e);
            }
        });
        assertThat(answer().readLine()).isEqualTo("HTTP/1.1 100 Continue");
        client.getOutputStream().write("hello".getBytes(US_ASCII));
        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("hello".getBytes(US_ASCII));
    }

    @Test
    void whoSendsNothingForTooLongIsCutOff() throws Exception {
        client.getOutputStream().write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe".getBytes(US_ASCII));
        try (RequestBody body = body(Duration.ofMillis(200))) {
            byte[] some = body.readNBytes(2);
            assertThat(some).isEqualTo("he".getBytes(US_ASCII));
            assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasMessageContaining("sent nothing for");
        }
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aClientThatGoesEndsTheBodyWithAnError() throws Exception {
        client.getOutputStream().write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe".getBytes(US_ASCII));
        try (RequestBody body = body(PATIENCE)) {
            assertThat(body.readNBytes(2)).hasSize(2);
            client.close();
            assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasMessageContaining("has gone");
        }
    }

    @Test
    void aClientThatWentBeforeItsBodyWasLookedAtIsNotWaitedFor() throws Exception {
        client.getOutputStream().write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe".getBytes(US_ASCII));
        Incoming gone = requests.take();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        gone.request().connection().closeHandler(closed::complete);
        client.setSoLinger(true, 0);
        client.close();
        closed.get(10, TimeUnit.SECONDS);
        try (RequestBody body = on(gone.context(), gone.request(), Duration.ofSeconds(2))) {
            assertThatThrownBy(body::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has gone");
        }
    }

    @Test
    void theConnectionOutlivesABodyThatNobodyReads() throws Exception {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(new byte[5 << 20]));
        Incoming first = requests.take();
        on(first.context(), first.request(), PATIENCE).close();
        sending.get(10, TimeUnit.SECONDS);
        first.request().response().end("first");
        assertThat(answer().readLine()).isEqualTo("HTTP/1.1 200 OK");
        send("again".getBytes(US_ASCII));
        try (RequestBody body = body(PATIENCE)) {
            assertThat(body.readAllBytes()).isEqualTo("again".getBytes(US_ASCII));
        }
        assertThat(waitingBytes).hasValue(0);
    }

    private void send(byte[] bytes) {
        try {
            client.getOutputStream()
                    .write(("PUT / HTTP/1.1\r\nHost: x\r\n" + "Content-Length: " + bytes.length + "\r\n\r\n")
                            .getBytes(US_ASCII));
            client.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BufferedReader answer() throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
    }

    private RequestBody body(Duration patience) throws Exception {
        Incoming incoming = requests.take();
        return on(incoming.context(), incoming.request(), patience);
    }

    /// As the framework calls a resource: on a thread that may block, which knows the event loop of its request.
    private RequestBody on(Context context, HttpServerRequest request, Duration patience) throws Exception {
        return context.executeBlocking(() -> new RequestBody(request, patience, waitingBytes))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }
}
