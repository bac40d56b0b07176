package dev.unipkg.storage;

import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/// An object storage that does whatever it is asked to, without any condition, and keeps nothing.
final class ForgetfulStorage implements Closeable {

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NO_BODY = -1;

    private final HttpServer server;

    ForgetfulStorage() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("ETag", "\"d41d8cd98f00b204e9800998ecf8427e\"");
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("DELETE") ? NO_CONTENT : OK, NO_BODY);
            exchange.close();
        });
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
