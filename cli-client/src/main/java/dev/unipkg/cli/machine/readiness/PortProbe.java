package dev.unipkg.cli.machine.readiness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unipkg.cli.machine.network.PortForward;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A readiness probe for a port: the guest accepts a connection, and where an HTTP path is named, answers a GET of it
/// with a status below 400.
///
/// A connection costs the guest nothing as long as its kernel refuses it, so the probe connects often once the guest's
/// network is up, and seldom before. Bytes are sent only for HTTP, on connections that the guest accepted, with growing
/// pauses.
final class PortProbe implements ReadinessProbe {
    // A guest that is silent by then may be one that only answers.
    private static final long SILENCE_MILLIS = 2_000;
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LAST_PAUSE_MILLIS = 100;
    private static final long SHORTEST_CONNECT_MILLIS = 250;
    private static final long LONGEST_CONNECT_MILLIS = 5_000;
    private static final long FIRST_REQUEST_PAUSE_MILLIS = 100;
    private static final long LAST_REQUEST_PAUSE_MILLIS = 5_000;
    private static final int FIRST_ANSWER_MILLIS = 5_000;
    private static final int LAST_ANSWER_MILLIS = 60_000;
    private static final int CLOSE_MILLIS = 1_000;
    private static final int MAX_ANSWER = 1 << 20;
    private static final int STATUS_LINE = "HTTP/1.1 200".length();

    private final PortForward forward;
    private final Optional<String> path;
    private final GuestTraffic traffic;
    private final boolean isUp;
    private final Runnable openForwards;
    private final long begunNanos = System.nanoTime();
    private long requestPauseMillis = FIRST_REQUEST_PAUSE_MILLIS;
    private int answerMillis = FIRST_ANSWER_MILLIS;
    private volatile @Nullable Thread closing;
    private volatile @Nullable Socket current;
    private volatile boolean closed;
    private volatile String whyNotReady;

    /// @param forward that leads to the port
    /// @param path of the GET; empty where an accepted connection is enough
    /// @param isUp whether the guest's network is up already, so that it need not say so
    /// @param openForwards lets connections come to the guest; called before each one of the probe
    PortProbe(PortForward forward, Optional<String> path, GuestTraffic traffic, boolean isUp, Runnable openForwards) {
        this.forward = forward;
        this.path = path;
        this.traffic = traffic;
        this.isUp = isUp;
        this.openForwards = openForwards;
        this.whyNotReady = "the guest has sent nothing on its network";
    }

    GuestTraffic traffic() {
        return traffic;
    }

    @Override
    public boolean await(Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        long leftMillis = patience.toMillis();
        while (!closed && leftMillis > 0) {
            if (!traffic.hasSent() && !isUp) {
                long silence = Math.max(SILENCE_MILLIS, elapsedMillis() / 4);
                traffic.await(traffic::hasSent, Math.min(leftMillis, silence));
            }
            openForwards.run();
            if (!closed && connect(Math.min(leftMillis, connectMillis()))) {
                return true;
            }
            leftMillis = (end - System.nanoTime()) / 1_000_000;
        }
        return false;
    }

    @Override
    public String whyNotReady() {
        return whyNotReady;
    }

    private long elapsedMillis() {
        return (System.nanoTime() - begunNanos) / 1_000_000;
    }

    private long connectMillis() {
        return Math.clamp(elapsedMillis() / 8, SHORTEST_CONNECT_MILLIS, LONGEST_CONNECT_MILLIS);
    }

    private boolean connect(long millis) throws IOException, InterruptedException {
        int port = forward.guestPort();
        int accepted = traffic.acceptances(port);
        int refused = traffic.refusals(port);
        Socket connection = new Socket();
        current = connection;
        try {
            // pasta of Debian 12 completes a connection between two outward addresses of this host only when bytes
            // come.
            connection.bind(new InetSocketAddress(PortForward.LOOPBACK, 0));
            connection.connect(address());
            traffic.await(() -> traffic.acceptances(port) > accepted || traffic.refusals(port) > refused, millis);
            if (traffic.acceptances(port) > accepted) {
                return path.isEmpty() ? isReady(connection) : get(connection, path.get());
            }
        } catch (IOException e) {
            // The forward has no listener yet, or the guest reset the connection: try again.
            connection.close();
        }
        if (traffic.refusals(port) > refused) {
            whyNotReady = "port " + port + " refuses connections";
        } else if (traffic.hasSent()) {
            whyNotReady = "the guest does not answer on port " + port;
        }
        connection.close();
        pause(Math.clamp(elapsedMillis() / 20, FIRST_PAUSE_MILLIS, LAST_PAUSE_MILLIS));
        return false;
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(
                forward.hostAddress().equals("0.0.0.0") ? PortForward.LOOPBACK : forward.hostAddress(),
                forward.hostPort());
    }

    private boolean get(Socket connection, String target) throws IOException, InterruptedException {
        String host = address().getHostString();
        connection.setSoTimeout(answerMillis);
        try {
            connection
                    .getOutputStream()
                    .write(("GET " + target + " HTTP/1.0\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(US_ASCII));
            whyNotReady = "GET " + target + " is not answered";
            String line = new String(connection.getInputStream().readNBytes(STATUS_LINE), ISO_8859_1);
            if (isGood(line)) {
                return isReady(connection);
            }
            whyNotReady =
                    "GET " + target + " is answered with " + (isHttp(line) ? "status " + line.substring(9) : "no HTTP");
        } catch (SocketTimeoutException e) {
            answerMillis = Math.min(2 * answerMillis, LAST_ANSWER_MILLIS);
        } catch (IOException e) {
            whyNotReady = "GET " + target + " is answered with a closed connection";
        }
        closeInOrder(connection);
        pause(requestPauseMillis);
        requestPauseMillis = Math.min(2 * requestPauseMillis, LAST_REQUEST_PAUSE_MILLIS);
        return false;
    }

    private static boolean isHttp(String line) {
        return line.matches("HTTP/1\\.[01] [1-5][0-9]{2}");
    }

    private static boolean isGood(String line) {
        return isHttp(line) && line.charAt(9) < '4';
    }

    private boolean isReady(Socket connection) {
        current = null;
        closeInOrder(connection);
        return true;
    }

    // Ends the connection as a client does that has heard all: what is unread when it is closed would reset it.
    private void closeInOrder(Socket connection) {
        closing = Thread.startVirtualThread(() -> {
            try (connection) {
                connection.setSoTimeout(CLOSE_MILLIS);
                connection.shutdownOutput();
                InputStream rest = connection.getInputStream();
                rest.skipNBytes(MAX_ANSWER);
            } catch (IOException e) {
                // It ended, or has no end: in both cases it is over.
                return;
            }
        });
    }

    @Override
    public void awaitQuiet() throws InterruptedException {
        Thread thread = closing;
        if (thread != null) {
            thread.join();
        }
    }

    private void pause(long millis) throws InterruptedException {
        traffic.await(traffic::isClosed, millis);
    }

    /// Stops probing; a waiting [#await] returns.
    @Override
    public void close() {
        closed = true;
        traffic.close();
        Socket connection = current;
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                return;
            }
        }
    }
}
