package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.Digest;
import dev.unipkg.format.Digest.Algorithm;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A manifest or index as it is pushed to a registry.
record OciDocument(String mediaType, byte[] bytes) {

    /// The artifact type of images, unless a test says another.
    static final String ARTIFACT = "application/vnd.example.image";

    /// An annotation of all documents.
    static final String TITLE = "org.opencontainers.image.title";

    /// The content of the configs.
    static final byte[] CONFIG = "{}".getBytes(UTF_8);

    /// An image with the empty config.
    static OciDocument image(String title, List<Descriptor> layers, Optional<Descriptor> subject) {
        return artifact(Optional.of(ARTIFACT), title, layers, subject);
    }

    /// An image without blobs other than its config, which refers to another manifest.
    static OciDocument referrer(Optional<String> artifactType, String title, Descriptor subject) {
        return artifact(artifactType, title, List.of(), Optional.of(subject));
    }

    private static OciDocument artifact(
            Optional<String> artifactType, String title, List<Descriptor> layers, Optional<Descriptor> subject) {
        Descriptor config = Descriptor.of(MediaTypes.EMPTY_JSON, CONFIG);
        Manifest manifest = new Manifest(artifactType, config, layers, subject, new TreeMap<>(Map.of(TITLE, title)));
        return new OciDocument(MediaTypes.IMAGE_MANIFEST, manifest.toBytes());
    }

    /// An index of other documents.
    static OciDocument index(Optional<String> artifactType, List<Descriptor> manifests, Optional<Descriptor> subject) {
        Index index = new Index(artifactType, manifests, subject, new TreeMap<>(Map.of(TITLE, "an index")));
        return new OciDocument(MediaTypes.IMAGE_INDEX, index.toBytes());
    }

    static OciDocument index(Descriptor... manifests) {
        return index(Optional.empty(), List.of(manifests), Optional.empty());
    }

    Digest digest() {
        return Digest.of(bytes);
    }

    Digest sha512() {
        return Algorithm.SHA512.of(bytes);
    }

    Descriptor descriptor() {
        return Descriptor.of(mediaType, bytes);
    }
}
