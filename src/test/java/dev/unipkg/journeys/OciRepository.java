package dev.unipkg.journeys;

import static dev.unipkg.journeys.OciDocument.CONFIG;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// One repository of a registry, as a client with the right to push sees it.
///
/// @param authorization the value of the header; empty where the registry needs none
record OciRepository(HttpClient client, URI registry, String authorization, String name) {

    static final String BYTES = "application/octet-stream";
    private static final String ACCEPTED = MediaTypes.IMAGE_MANIFEST + ", " + MediaTypes.IMAGE_INDEX + ", */*";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Random RANDOM = new Random();
    private static final byte[] NOTHING = new byte[0];

    /// A blob that no other test has.
    static byte[] newBlob(int size) {
        byte[] blob = new byte[size];
        RANDOM.nextBytes(blob);
        return blob;
    }

    // ---- requests

    OciAnswer get(String path, String... headers) {
        return send("GET", uri(path), NOTHING, headers);
    }

    /// Asks an address that an answer named.
    OciAnswer get(URI uri) {
        return send("GET", uri, NOTHING);
    }

    OciAnswer head(String path) {
        return send("HEAD", uri(path), NOTHING);
    }

    OciAnswer delete(String path) {
        return send("DELETE", uri(path), NOTHING);
    }

    OciAnswer post(String path) {
        return send("POST", uri(path), NOTHING);
    }

    /// Pushes a document under a tag or digest.
    OciAnswer put(Object reference, OciDocument document) {
        return send("PUT", uri("manifests/" + reference), document.bytes(), "Content-Type", document.mediaType());
    }

    /// An address of this repository.
    URI uri(String path) {
        return registry.resolve("/v2/" + name + "/" + path);
    }

    /// Sends a request and follows a redirect of the answer, to another host without the authorization.
    OciAnswer send(String method, URI uri, byte[] body, String... headers) {
        try {
            OciAnswer answer = sendOnce(method, uri, body, headers);
            boolean redirect = answer.status() == 302 || answer.status() == 307;
            return redirect ? sendOnce(method, answer.location(), body, headers) : answer;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private OciAnswer sendOnce(String method, URI uri, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Accept", ACCEPTED)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!authorization.isEmpty() && uri.getRawAuthority().equals(registry.getRawAuthority())) {
            request.header("Authorization", authorization);
        }
        return new OciAnswer(client.send(request.build(), BodyHandlers.ofByteArray()));
    }

    // ---- uploads in chunks

    /// Begins an upload.
    ///
    /// @return the address of its next request
    URI begin() {
        return post("blobs/uploads/").is(202).location();
    }

    /// Sends a chunk whose first byte has this place in the blob.
    OciAnswer chunk(URI upload, int first, byte[] chunk) {
        return send("PATCH", upload, chunk, "Content-Type", BYTES, "Content-Range", range(first, chunk));
    }

    /// Ends an upload whose bytes have all been sent.
    OciAnswer finish(URI upload, Object digest) {
        return send("PUT", ending(upload, digest), NOTHING);
    }

    /// Ends an upload with its last chunk.
    OciAnswer finish(URI upload, Object digest, int first, byte[] last) {
        return send("PUT", ending(upload, digest), last, "Content-Type", BYTES, "Content-Range", range(first, last));
    }

    /// Ends an upload with the whole blob.
    OciAnswer finishWith(URI upload, Object digest, byte[] blob) {
        return send("PUT", ending(upload, digest), blob, "Content-Type", BYTES);
    }

    private static String range(int first, byte[] chunk) {
        return first + "-" + (first + chunk.length - 1);
    }

    private static URI ending(URI upload, Object digest) {
        return URI.create(upload + (upload.getRawQuery() == null ? "?" : "&") + "digest=" + digest);
    }

    // ---- what is there before a test begins

    /// Pushes a blob.
    Digest blob(byte[] bytes) {
        Digest digest = Digest.of(bytes);
        finishWith(begin(), digest, bytes).is(201);
        return digest;
    }

    /// Pushes a document under a tag or digest.
    OciDocument pushed(Object reference, OciDocument document) {
        put(reference, document).is(201);
        return document;
    }

    /// Pushes an image of a config and one layer under a tag.
    OciDocument image(String tag) {
        byte[] layer = newBlob(100);
        blob(layer);
        blob(CONFIG);
        Descriptor described = Descriptor.of(MediaTypes.LAYER_TAR, layer);
        return pushed(tag, OciDocument.image(tag, List.of(described), Optional.empty()));
    }

    /// Pushes a referrer under its digest.
    OciDocument referrer(String artifactType, Descriptor subject) {
        blob(CONFIG);
        OciDocument referrer = OciDocument.referrer(Optional.of(artifactType), "refers", subject);
        return pushed(referrer.digest(), referrer);
    }

    /// The digests of the referrers that the registry lists.
    List<Digest> referrers(Digest subject) {
        return get("referrers/" + subject).is(200).manifests().stream()
                .map(Descriptor::digest)
                .toList();
    }
}
