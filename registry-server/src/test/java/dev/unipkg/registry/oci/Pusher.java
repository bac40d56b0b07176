package dev.unipkg.registry.oci;

import static io.restassured.RestAssured.given;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;

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

    /// Pushes a blob in one request and requires that it was taken.
    public Digest blob(byte[] bytes) {
        Digest digest = Digest.of(bytes);
        tryBlob(digest, bytes).statusCode(201);
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
