package dev.unipkg.cli.registry;

import dev.unipkg.cli.output.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The answer to a [Request]; its body is read at most once. Closing it frees the connection.
final class Response implements AutoCloseable {
    private final int status;
    private final URI uri;
    private final HttpURLConnection connection;
    private final InputStream body;

    Response(int status, URI uri, HttpURLConnection connection, InputStream body) {
        this.status = status;
        this.uri = uri;
        this.connection = connection;
        this.body = body;
    }

    int status() {
        return status;
    }

    boolean isSuccess() {
        return status / 100 == 2;
    }

    /// The address of the answer, after redirects.
    URI uri() {
        return uri;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(connection.getHeaderField(name));
    }

    /// Every value of a header that may be repeated.
    List<String> headers(String name) {
        for (Map.Entry<String, List<String>> header :
                connection.getHeaderFields().entrySet()) {
            if (name.equalsIgnoreCase(header.getKey())) {
                return header.getValue();
            }
        }
        return List.of();
    }

    /// The declared length of the body in bytes; -1 where none is declared.
    long length() {
        return connection.getContentLengthLong();
    }

    InputStream body() {
        return body;
    }

    /// The whole body.
    ///
    /// @param limit the most bytes it may have
    /// @throws Unreachable when only the beginning of it came
    byte[] bytes(int limit) throws IOException {
        byte[] bytes;
        try {
            bytes = body.readNBytes(limit + 1);
        } catch (IOException e) {
            throw new Unreachable(uri, e);
        }
        if (bytes.length > limit) {
            throw Failure.refused("too-large", uri + " answered with more than " + limit + " bytes");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }

    /// Gives the connection up, unread bytes and all.
    void abort() {
        connection.disconnect();
    }
}
