package dev.unipkg.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A network that breaks: passes TCP connections on to a server and cuts them when told to, in the middle of a request
/// or after it was carried out but before its answer arrives.
final class CuttingProxy implements Closeable {

    /// How a connection is cut, where a request's head contains a text.
    private enum Cut {
        /// The server gets a piece of it.
        REQUEST,
        /// The server gets all of it and carries it out; its answer is lost.
        ANSWER
    }

    private record Rule(Cut cut, String request, AtomicInteger times) {}

    private final URI server;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Rule rule = new Rule(Cut.REQUEST, "", new AtomicInteger());

    CuttingProxy(URI server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /// Cuts the next so many requests whose head contains the text.
    void cutRequests(String text, int times) {
        rule = new Rule(Cut.REQUEST, text, new AtomicInteger(times));
    }

    /// Loses the answers to the next so many requests whose head contains the text.
    void loseAnswers(String text, int times) {
        rule = new Rule(Cut.ANSWER, text, new AtomicInteger(times));
    }

    /// How many cuts were ordered but not made.
    int cutsLeft() {
        return Math.max(0, rule.times().get());
    }

    private boolean isCut(String bytes) {
        Rule current = rule;
        return !current.request().isEmpty()
                && bytes.contains(current.request())
                && current.times().getAndDecrement() > 0;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket upstream = new Socket(server.getHost(), server.getPort());
                sockets.add(client);
                sockets.add(upstream);
                Connection connection = new Connection(client, upstream);
                Thread.ofVirtual().start(connection::passRequests);
                Thread.ofVirtual().start(connection::passAnswers);
            } catch (IOException e) {
                // closed, or the server refused; the client notices by itself
            }
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket upstream;
        private volatile boolean losesAnswer;

        private Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        private void passRequests() {
            byte[] buffer = new byte[64 << 10];
            try (client;
                    upstream) {
                InputStream from = client.getInputStream();
                OutputStream to = upstream.getOutputStream();
                for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                    String bytes = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                    boolean cut = isCut(bytes);
                    if (cut && rule.cut() == Cut.REQUEST) {
                        to.write(buffer, 0, n / 2);
                        return;
                    }
                    losesAnswer |= cut;
                    to.write(buffer, 0, n);
                }
            } catch (IOException e) {
                // cut, which is what this is for
            }
        }

        private void passAnswers() {
            byte[] buffer = new byte[64 << 10];
            try (client;
                    upstream) {
                InputStream from = upstream.getInputStream();
                OutputStream to = client.getOutputStream();
                for (int n = from.read(buffer); n >= 0 && !losesAnswer; n = from.read(buffer)) {
                    to.write(buffer, 0, n);
                }
            } catch (IOException e) {
                // cut, which is what this is for
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
