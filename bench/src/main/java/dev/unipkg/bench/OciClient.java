package dev.unipkg.bench;

import dev.unipkg.format.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The requests of OCI distribution-spec 1.1 that the load is made of; the same for every registry.
final class OciClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI registry;
    private final String repository;
    private final Optional<String> authorization;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// @param authorization the value of the header of that name
    OciClient(URI registry, String repository, Optional<String> authorization) {
        this.registry = registry;
        this.repository = repository;
        this.authorization = authorization;
    }

    /// Pushes a blob as image tools do: a session, and one PUT that sends the bytes and ends it.
    void push(Digest digest, byte[] bytes) throws IOException, InterruptedException {
        URI begin = registry.resolve("/v2/" + repository + "/blobs/uploads/");
        HttpResponse<String> begun = send("POST", begin, "application/octet-stream", BodyPublishers.noBody(), 202);
        URI session = begin.resolve(begun.headers().firstValue("Location").orElseThrow());
        String separator = session.getRawQuery() == null ? "?" : "&";
        URI commit = URI.create(session + separator + "digest=" + digest);
        send("PUT", commit, "application/octet-stream", BodyPublishers.ofByteArray(bytes), 201);
    }

    void pushManifest(String reference, String mediaType, byte[] manifest) throws IOException, InterruptedException {
        URI uri = registry.resolve("/v2/" + repository + "/manifests/" + reference);
        send("PUT", uri, mediaType, BodyPublishers.ofByteArray(manifest), 201);
    }

    /// Any other request, such as to make the namespace.
    void post(String path, String json, Integer... expected) throws IOException, InterruptedException {
        send("POST", registry.resolve(path), "application/json", BodyPublishers.ofString(json), expected);
    }

    private HttpResponse<String> send(
            String method, URI uri, String contentType, BodyPublisher body, Integer... expected)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Content-Type", contentType)
                .method(method, body);
        authorization.ifPresent(value -> request.header("Authorization", value));
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (!Set.of(expected).contains(response.statusCode())) {
            throw new IOException(
                    "%s %s answered %d: %s".formatted(method, uri, response.statusCode(), response.body()));
        }
        return response;
    }

    @Override
    public void close() {
        http.close();
    }
}
