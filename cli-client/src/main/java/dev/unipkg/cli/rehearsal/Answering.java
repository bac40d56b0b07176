package dev.unipkg.cli.rehearsal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Answers HTTP requests on this machine: lists of packages are empty, everything else is not there.
final class Answering implements AutoCloseable {
    private static final String EMPTY = "{\"packages\":[]}";

    private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());

    Answering() throws IOException {
        Thread.ofPlatform().daemon().start(this::serve);
    }

    String authority() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket caller = socket.accept()) {
                answer(caller);
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void answer(Socket caller) throws IOException {
        BufferedReader request = new BufferedReader(new InputStreamReader(caller.getInputStream(), US_ASCII));
        String first = request.readLine();
        for (String line = first; line != null && !line.isEmpty(); ) {
            line = request.readLine();
        }
        boolean list = first != null && first.startsWith("GET /api/v1/packages?");
        String body = list ? EMPTY : "{}";
        String head =
                "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n";
        caller.getOutputStream()
                .write((head.formatted(list ? "200 OK" : "404 Not Found", body.length()) + body).getBytes(US_ASCII));
    }
}
