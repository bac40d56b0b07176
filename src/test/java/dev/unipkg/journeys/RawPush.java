package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Platform;
import dev.unipkg.format.oci.UnikernelSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// A push over HTTP as no honest client makes it, and what of it was refused.
final class RawPush {

    /// The registry's answer.
    record Answer(int status, String text) {}

    /// A build that can be pushed in parts.
    record Build(byte[] config, byte[] layer, byte[] manifest) {}

    private final URI registry;
    private final String key;
    private final String repository;
    private final Set<Digest> refusedBlobs = new LinkedHashSet<>();
    private final Set<Digest> refusedManifests = new LinkedHashSet<>();
    private final Set<Digest> acknowledged = new LinkedHashSet<>();
    private final List<RawPush> parts = new ArrayList<>();

    RawPush(URI registry, String key, String repository) {
        this.registry = registry;
        this.key = key;
        this.repository = repository;
    }

    /// The same push, to another repository.
    RawPush to(String other) {
        return as(key, other);
    }

    /// The same push, by another publisher.
    RawPush as(String otherKey, String other) {
        RawPush further = new RawPush(registry, otherKey, other);
        parts.add(further);
        return further;
    }

    /// Sends bytes in one request under a digest.
    Answer blob(Digest digest, byte[] bytes) throws IOException, InterruptedException {
        Answer answer = send("POST", "blobs/uploads/?digest=" + digest, "application/octet-stream", bytes);
        refusedBlobs.add(Digest.of(bytes));
        return noted(answer, digest, refusedBlobs);
    }

    private Answer noted(Answer answer, Digest digest, Set<Digest> refused) {
        (answer.status() == 201 ? acknowledged : refused).add(digest);
        return answer;
    }

    /// Opens an upload, adds the bytes in requests of at most so many, and ends it under a digest.
    Answer inPieces(Digest digest, byte[] bytes, int most) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI upload = location(
                    client,
                    request(registry.resolve("/v2/" + repository + "/blobs/uploads/"))
                            .POST(BodyPublishers.noBody()));
            for (int at = 0; at < bytes.length; at += most) {
                int length = Math.min(most, bytes.length - at);
                upload = location(
                        client,
                        request(upload)
                                .header("Content-Type", "application/octet-stream")
                                .header("Content-Range", at + "-" + (at + length - 1))
                                .method("PATCH", BodyPublishers.ofByteArray(bytes, at, length)));
            }
            String separator = upload.getQuery() == null ? "?" : "&";
            HttpResponse<String> ended = client.send(
                    request(URI.create(upload + separator + "digest=" + digest))
                            .PUT(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
            return noted(new Answer(ended.statusCode(), ended.body()), digest, refusedBlobs);
        }
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + key);
    }

    /// The address of an upload's next request.
    private static URI location(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpRequest sent = request.build();
        HttpResponse<String> answer = client.send(sent, BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IOException(sent.method() + " " + sent.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return sent.uri().resolve(answer.headers().firstValue("Location").orElseThrow());
    }

    /// Sends half of what it announces, and closes its side.
    Answer halfABlob(byte[] bytes) throws IOException {
        refusedBlobs.add(Digest.of(bytes));
        String head = "POST /v2/%s/blobs/uploads/?digest=%s HTTP/1.1\r\nHost: registry\r\nAuthorization: Bearer %s\r\n"
                + "Content-Type: application/octet-stream\r\nContent-Length: %d\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), registry.getPort())) {
            socket.getOutputStream()
                    .write(head.formatted(repository, Digest.of(bytes), key, bytes.length)
                            .getBytes(UTF_8));
            socket.getOutputStream().write(bytes, 0, bytes.length / 2);
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return new Answer(answer.isEmpty() ? 0 : Integer.parseInt(answer.substring(9, 12)), answer);
        }
    }

    /// Sends a document under a tag or digest.
    Answer document(String reference, String mediaType, byte[] document) throws IOException, InterruptedException {
        Answer answer = send("PUT", "manifests/" + reference, mediaType, document);
        return noted(answer, Digest.of(document), refusedManifests);
    }

    /// Sends config and layer of a build, then its manifest.
    Answer build(Build build) throws IOException, InterruptedException {
        blob(Digest.of(build.config()), build.config());
        blob(Digest.of(build.layer()), build.layer());
        return document(Digest.of(build.manifest()).toString(), MediaTypes.IMAGE_MANIFEST, build.manifest());
    }

    /// Sends a build and the index that makes it a version.
    Answer version(String tag, String version, Build build) throws IOException, InterruptedException {
        build(build);
        return document(tag, MediaTypes.IMAGE_INDEX, index(version, build));
    }

    /// Sends a build and the index that makes it a version of the package `title`.
    Answer titled(String version, String title, Build build) throws IOException, InterruptedException {
        build(build);
        Index index = Index.read(index(version, build));
        SortedMap<String, String> annotations = new TreeMap<>(index.annotations());
        annotations.put(Annotations.TITLE, title);
        Index other = new Index(index.artifactType(), index.manifests(), Optional.empty(), annotations);
        return document(version, MediaTypes.IMAGE_INDEX, other.toBytes());
    }

    /// The refused content that the registry has.
    Set<String> stored() throws IOException, InterruptedException {
        Set<String> stored = new TreeSet<>();
        refusedBlobs.removeAll(acknowledged);
        refusedManifests.removeAll(acknowledged);
        for (Digest blob : refusedBlobs) {
            if (send("HEAD", "blobs/" + blob, "", new byte[0]).status() < 400) {
                stored.add("blob " + blob);
            }
        }
        for (Digest manifest : refusedManifests) {
            if (send("HEAD", "manifests/" + manifest, "", new byte[0]).status() < 400) {
                stored.add("manifest " + manifest);
            }
        }
        for (RawPush part : parts) {
            stored.addAll(part.stored());
        }
        return stored;
    }

    /// A build whose one layer has these bytes, and the tar in it this digest.
    static Build building(byte[] layer, Digest diffId) {
        Execution execution =
                new Execution(List.of("/bin/app"), List.of(), new TreeMap<>(), "", new TreeSet<>(), new TreeSet<>());
        return building(
                new ImageConfig(Arch.X86_64, execution, List.of(diffId), UnikernelSettings.NONE).toBytes(), layer);
    }

    /// A build with this config and this one layer.
    static Build building(byte[] config, byte[] layer) {
        Descriptor described = Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, layer)
                .withAnnotation(Annotations.LAYER, LayerKind.RUNTIME.toString());
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                Descriptor.of(MediaTypes.IMAGE_CONFIG, config),
                List.of(described),
                Optional.empty(),
                new TreeMap<>());
        return new Build(config, layer, manifest.toBytes());
    }

    static byte[] index(String version, Build build) {
        SortedMap<String, String> annotations = new TreeMap<>();
        annotations.put(Annotations.VERSION, version);
        Descriptor described =
                Descriptor.of(MediaTypes.IMAGE_MANIFEST, build.manifest()).withPlatform(Platform.of(Arch.X86_64));
        return new Index(Optional.of(MediaTypes.PACKAGE), List.of(described), Optional.empty(), annotations).toBytes();
    }

    private Answer send(String method, String rest, String contentType, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(registry.resolve("/v2/" + repository + "/" + rest))
                .header("Authorization", "Bearer " + key)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        }
    }
}
