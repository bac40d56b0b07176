package dev.unipkg.bench;

import dev.unipkg.format.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/// The requests of OCI distribution-spec 1.1 that the load is made of, over one connection; the same for every
/// registry.
final class OciClient implements Closeable {

    private final URI registry;
    private final String repository;
    private final Connection connection;

    /// @param authorization the value of the header of that name
    OciClient(URI registry, String repository, Optional<String> authorization) throws IOException {
        this.registry = registry;
        this.repository = repository;
        this.connection = new Connection(registry, authorization);
    }

    /// Pushes a blob as image tools do: a session, and one PUT that sends the bytes and ends it.
    void push(Digest digest, byte[] bytes) throws IOException {
        String begin = "/v2/" + repository + "/blobs/uploads/";
        Connection.Answer begun = send("POST", begin, "application/octet-stream", new byte[0], 202);
        URI session = registry.resolve(begin).resolve(begun.header("location").orElseThrow());
        String query = session.getRawQuery() == null ? "" : session.getRawQuery() + "&";
        String commit = session.getRawPath() + "?" + query + "digest=" + digest;
        send("PUT", commit, "application/octet-stream", bytes, 201);
    }

    void pushManifest(String reference, String mediaType, byte[] manifest) throws IOException {
        send("PUT", "/v2/" + repository + "/manifests/" + reference, mediaType, manifest, 201);
    }

    /// Any other request, such as to make the namespace.
    void post(String path, String json, Integer... expected) throws IOException {
        send("POST", path, "application/json", json.getBytes(StandardCharsets.UTF_8), expected);
    }

    private Connection.Answer send(String method, String target, String contentType, byte[] body, Integer... expected)
            throws IOException {
        Connection.Answer answer = connection.send(method, target, contentType, body);
        if (!Set.of(expected).contains(answer.status())) {
            throw new IOException("%s %s answered %d: %s"
                    .formatted(method, target, answer.status(), new String(answer.body(), StandardCharsets.UTF_8)));
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
