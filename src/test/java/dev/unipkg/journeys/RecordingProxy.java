package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// An HTTP proxy that records every request. Whatever host is asked for, one server answers. Towards the server, the
/// client has an address and a user agent that occur nowhere else, so that a search for them finds what was kept.
final class RecordingProxy implements AutoCloseable {

    static final String CLIENT_ADDRESS = "127.88.77.66";
    static final String USER_AGENT = "telltale-agent-4711";

    private static final int HEAD_BYTES = 64 << 10;

    private final ServerSocket door;
    private final int server;
    private final List<Sent> sent = new CopyOnWriteArrayList<>();

    /// A request.
    ///
    /// @param headers with names in lowercase
    record Sent(String method, URI target, Map<String, String> headers) {}

    private RecordingProxy(int server) throws IOException {
        this.server = server;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// A proxy in front of the server on this port of this machine.
    static RecordingProxy to(int server) throws IOException {
        return new RecordingProxy(server);
    }

    String url() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    List<Sent> sent() {
        return List.copyOf(sent);
    }

    @Override
    public void close() throws IOException {
        door.close();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Thread.ofVirtual().start(() -> exchange(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /// Passes one request and its answer, and ends the connection.
    private void exchange(Socket client) {
        try (client;
                Socket connected = new Socket()) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            List<String> head = head(in);
            if (head.isEmpty()) {
                return;
            }
            Sent request = request(head);
            sent.add(request);
            connected.bind(new InetSocketAddress(CLIENT_ADDRESS, 0));
            connected.connect(new InetSocketAddress("127.0.0.1", server));
            connected.getOutputStream().write(forwarded(request).getBytes(ISO_8859_1));
            long length = Long.parseLong(request.headers().getOrDefault("content-length", "0"));
            connected.getOutputStream().write(in.readNBytes((int) length));
            connected.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // The client or the server has gone, as they may.
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int count = 0; count < HEAD_BYTES; count++) {
            int next = in.read();
            if (next < 0) {
                return List.of();
            }
            if (next != '\n') {
                line.write(next);
                continue;
            }
            String text = line.toString(ISO_8859_1).strip();
            if (text.isEmpty()) {
                return lines;
            }
            lines.add(text);
            line.reset();
        }
        throw new EOFException("a head without an end");
    }

    private static Sent request(List<String> head) {
        String[] words = head.getFirst().split(" ");
        Map<String, String> headers = new TreeMap<>();
        for (String line : head.subList(1, head.size())) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Sent(words[0], URI.create(words[1]), headers);
    }

    private static String forwarded(Sent request) {
        URI target = request.target();
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        Map<String, String> headers = new TreeMap<>(request.headers());
        headers.put("user-agent", USER_AGENT);
        headers.put("x-forwarded-for", CLIENT_ADDRESS);
        headers.put("connection", "close");
        headers.remove("proxy-connection");
        StringBuilder text = new StringBuilder(request.method() + " " + target.getRawPath() + query + " HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString();
    }
}
