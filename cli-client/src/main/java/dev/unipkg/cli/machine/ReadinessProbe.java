package dev.unipkg.cli.machine;

import dev.unipkg.format.oci.Readiness;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/// Rings at a forwarded port until the guest answers.
///
/// QEMU accepts connections before its guest has a network, and a segment sent that early is lost: only
/// bytes that come back are an answer, and a connection made a moment later may be answered sooner. So a
/// few calls run at once, each begun some milliseconds after the one before, and the first answer to any
/// of them counts.
final class ReadinessProbe implements Closeable {
    private static final int MAX_CALLS = 8;
    private static final long FIRST_INTERVAL_MILLIS = 10;
    private static final long LAST_INTERVAL_MILLIS = 100;
    private static final long SHORTEST_CALL_MILLIS = 200;
    private static final long LONGEST_CALL_MILLIS = 30_000;
    private static final int STATUS_LINE = "HTTP/1.1 200".length();

    private final InetSocketAddress address;
    private final byte[] request;
    private final boolean http;
    private final Selector selector;
    private final ArrayDeque<Call> calls = new ArrayDeque<>();

    private record Call(SocketChannel channel, long begunNanos, ByteBuffer heard) {}

    private ReadinessProbe(InetSocketAddress address, String request, boolean http) throws IOException {
        this.address = address;
        this.request = request.getBytes(StandardCharsets.US_ASCII);
        this.http = http;
        this.selector = Selector.open();
    }

    /// The door to ring at: the forward to the port the package names, or else the first TCP forward;
    /// empty where there is none to ring at.
    static Optional<PortForward> door(List<PortForward> forwards, Optional<Readiness> readiness) {
        return forwards.stream()
                .filter(forward -> forward.protocol() == PortForward.Protocol.TCP)
                .filter(forward -> readiness.isEmpty() || readiness.get().port() == forward.guestPort())
                .findFirst();
    }

    /// A doorbell at `door`. A package that names an HTTP path is ready when that path answers with a status
    /// below 400, any other when it sends any byte.
    static ReadinessProbe at(PortForward door, Optional<Readiness> readiness) throws IOException {
        String host = door.hostAddress().equals("0.0.0.0") ? PortForward.LOOPBACK : door.hostAddress();
        Optional<String> path = readiness.flatMap(Readiness::httpPath);
        return new ReadinessProbe(
                new InetSocketAddress(host, door.hostPort()),
                // Most servers greet, answer or complain about this; it is as harmless as a question can be.
                "GET " + path.orElse("/") + " HTTP/1.0\r\nHost: " + host + "\r\nConnection: close\r\n\r\n",
                path.isPresent());
    }

    /// Rings until there is an answer; false after `patience`, or when the doorbell is closed by another
    /// thread.
    boolean await(Duration patience) throws IOException {
        try {
            return ring(patience);
        } catch (ClosedSelectorException e) {
            return false;
        }
    }

    private boolean ring(Duration patience) throws IOException {
        long begun = System.nanoTime();
        long next = begun;
        while (selector.isOpen()) {
            long now = System.nanoTime();
            if (now - begun > patience.toNanos()) {
                return false;
            }
            if (now >= next) {
                call(now, begun);
                next = now + interval(now - begun);
            }
            selector.select(Math.max(1, (next - now) / 1_000_000));
            if (heard()) {
                return true;
            }
        }
        return false;
    }

    private static long interval(long elapsedNanos) {
        return Math.clamp(elapsedNanos / 20, FIRST_INTERVAL_MILLIS * 1_000_000, LAST_INTERVAL_MILLIS * 1_000_000);
    }

    private void call(long now, long begun) throws IOException {
        calls.removeIf(call -> !call.channel().isOpen());
        if (calls.size() >= MAX_CALLS) {
            long patienceMillis = Math.clamp((now - begun) / 2_000_000, SHORTEST_CALL_MILLIS, LONGEST_CALL_MILLIS);
            if (now - calls.getFirst().begunNanos() < patienceMillis * 1_000_000) {
                return;
            }
            calls.removeFirst().channel().close();
        }
        SocketChannel channel = SocketChannel.open();
        Call call = new Call(channel, now, ByteBuffer.allocate(STATUS_LINE));
        try {
            channel.configureBlocking(false);
            channel.connect(address);
            channel.register(selector, SelectionKey.OP_CONNECT, call);
            calls.add(call);
        } catch (IOException e) {
            // QEMU does not listen yet, or no longer: the next call tells.
            channel.close();
        }
    }

    private boolean heard() throws IOException {
        if (!selector.isOpen()) {
            return false;
        }
        boolean answered = false;
        for (SelectionKey key : selector.selectedKeys()) {
            answered |= key.isValid() && advance(key, (Call) key.attachment());
        }
        selector.selectedKeys().clear();
        return answered;
    }

    private boolean advance(SelectionKey key, Call call) throws IOException {
        try {
            if (key.isConnectable() && call.channel().finishConnect()) {
                // A request this short fits the socket's empty buffer whole.
                call.channel().write(ByteBuffer.wrap(request));
                key.interestOps(SelectionKey.OP_READ);
                return false;
            }
            int count = call.channel().read(call.heard());
            if (isAnswer(call.heard())) {
                return true;
            }
            if (count < 0 || !call.heard().hasRemaining()) {
                call.channel().close();
            }
            return false;
        } catch (IOException e) {
            // Reset: nobody listens in the guest yet.
            call.channel().close();
            return false;
        }
    }

    private boolean isAnswer(ByteBuffer heard) {
        if (!http) {
            return heard.position() > 0;
        }
        if (heard.hasRemaining()) {
            return false;
        }
        String line = new String(heard.array(), StandardCharsets.ISO_8859_1);
        return line.startsWith("HTTP/1.") && line.charAt(9) >= '1' && line.charAt(9) < '4';
    }

    /// Stops ringing; a waiting [#await] returns.
    @Override
    public void close() throws IOException {
        selector.close();
        for (Call call : calls.toArray(Call[]::new)) {
            call.channel().close();
        }
    }
}
