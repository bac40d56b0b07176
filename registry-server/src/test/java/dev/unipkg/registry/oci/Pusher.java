package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/// An OCI client with a key, as small as tests need one.
public record Pusher(String key, String repository) {

    /// A request with the key, whose URL is sent as it is written.
    public RequestSpecification request() {
        return given().urlEncodingEnabled(false).redirects().follow(false).header("Authorization", "Bearer " + key);
    }

    /// A path of the repository on the OCI door.
    public String path(String rest) {
        return "/v2/" + repository + "/" + rest;
    }

    /// Pushes a blob in one request and requires that it was taken: as clients do, it retries when the registry
    /// asks for that.
    public Digest blob(byte[] bytes) {
        Digest digest = Digest.of(bytes);
        ValidatableResponse pushed = tryBlob(digest, bytes);
        for (int again = 0; again < 9 && pushed.extract().statusCode() == 503; again++) {
            pushed = tryBlob(digest, bytes);
        }
        pushed.statusCode(201);
        return digest;
    }

    /// Pushes a large blob of zeros past REST Assured, which spells each byte of a request out to have it at hand for
    /// its log: a gigabyte for 32 MiB.
    public Digest zeros(URI server, int size) throws IOException, InterruptedException {
        byte[] zeros = new byte[size];
        Digest digest = Digest.of(zeros);
        HttpRequest push = HttpRequest.newBuilder(server.resolve(path("blobs/uploads/?digest=" + digest)))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(zeros))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(push, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
        }
        return digest;
    }

    /// Pushes bytes in one request under any digest.
    public ValidatableResponse tryBlob(Digest digest, byte[] bytes) {
        return request()
                .contentType("application/octet-stream")
                .body(bytes)
                .post(path("blobs/uploads/?digest=" + digest))
                .then();
    }

    /// Pushes a manifest under a tag or digest.
    public ValidatableResponse manifest(String reference, byte[] bytes) {
        return put(reference, MediaTypes.IMAGE_MANIFEST, bytes);
    }

    /// Pushes an index under a tag or digest.
    public ValidatableResponse index(String reference, byte[] bytes) {
        return put(reference, MediaTypes.IMAGE_INDEX, bytes);
    }

    /// Pushes a document of any type under a tag or digest.
    public ValidatableResponse put(String reference, String mediaType, byte[] bytes) {
        return request()
                .contentType(mediaType)
                .body(bytes)
                .put(path("manifests/" + reference))
                .then();
    }
}
