package dev.unipkg.format.oci;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// An OCI manifest (image-spec, manifest.md): a config and layers. A build of a package is one, and so are the files
/// of a kernel release for one architecture.
public record Manifest(
        Optional<String> artifactType,
        Descriptor config,
        List<Descriptor> layers,
        Optional<Descriptor> subject,
        SortedMap<String, String> annotations) {

    public Manifest {
        layers = List.copyOf(layers);
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }

    /// Reads any OCI manifest, a package's or not; fields it does not know are ignored.
    ///
    /// @throws RefusedException when the bytes are no manifest
    public static Manifest read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, JsonLimits.DEFAULT);
        Versioned.require(fields, MediaTypes.IMAGE_MANIFEST, MediaTypes.DOCKER_MANIFEST);
        return of(fields);
    }

    /// The manifest in a document that is known to be one.
    ///
    /// @throws RefusedException when a field is missing or wrong
    public static Manifest of(Fields fields) throws RefusedException {
        Optional<Fields> subject = fields.optionalFields("subject");
        return new Manifest(
                fields.optionalText("artifactType"),
                Descriptor.of(fields.fields("config")),
                fields.list("layers", Descriptor::of),
                subject.isEmpty() ? Optional.empty() : Optional.of(Descriptor.of(subject.get())),
                fields.textMap("annotations"));
    }

    /// The kind of artifact: the artifact type, else the config's media type (image-spec, manifest.md).
    public String kind() {
        return artifactType.orElse(config.mediaType());
    }

    /// This manifest, when it is that of a package's build: the package artifact type, an image config, and layers
    /// that are canonical, say their kind, and have each kind at most once and in order.
    ///
    /// @throws RefusedException when it is anything else
    public Manifest requirePackage() throws RefusedException {
        requireOurs(MediaTypes.PACKAGE);
        requireMediaType("config", config, MediaTypes.IMAGE_CONFIG);
        if (layers.isEmpty()) {
            throw new DocumentRefusal.NotAPackage("it has no layers").asException();
        }
        Set<LayerKind> seen = EnumSet.noneOf(LayerKind.class);
        for (int i = 0; i < layers.size(); i++) {
            requireMediaType("layers[" + i + "]", layers.get(i), MediaTypes.LAYER_TAR_ZSTD);
            LayerKind kind = layerKind(i);
            boolean inOrder = seen.stream().allMatch(before -> before.compareTo(kind) < 0);
            if (!inOrder) {
                throw new DocumentRefusal.NotAPackage(
                                "the layers are not, each at most once, runtime, libs and config in this order")
                        .asException();
            }
            seen.add(kind);
        }
        return this;
    }

    /// This manifest, when it is that of a kernel release: the kernel artifact type, and files that have a title each.
    ///
    /// @throws RefusedException when it is anything else
    public Manifest requireKernel() throws RefusedException {
        requireOurs(MediaTypes.KERNEL);
        for (int i = 0; i < layers.size(); i++) {
            requireMediaType("layers[" + i + "]", layers.get(i), MediaTypes.KERNEL_FILE);
            if (layers.get(i).annotation(Annotations.TITLE).isEmpty()) {
                throw new DocumentRefusal.MissingField("layers[" + i + "].annotations." + Annotations.TITLE)
                        .asException();
            }
        }
        return this;
    }

    /// The kind of a package's layer.
    ///
    /// @throws RefusedException when the layer does not say it
    public LayerKind layerKind(int layer) throws RefusedException {
        String path = "layers[" + layer + "].annotations." + Annotations.LAYER;
        Optional<String> word = layers.get(layer).annotation(Annotations.LAYER);
        if (word.isEmpty()) {
            throw new DocumentRefusal.MissingField(path).asException();
        }
        Optional<LayerKind> kind = LayerKind.find(word.get());
        if (kind.isEmpty()) {
            throw new DocumentRefusal.InvalidValue(path, word.get(), "runtime, libs or config").asException();
        }
        return kind.get();
    }

    /// The manifest in OCI's JSON; the same manifest gives the same bytes.
    public byte[] toBytes() {
        return Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.IMAGE_MANIFEST)
                .putIfPresent("artifactType", artifactType)
                .put("config", config.toJson())
                .putAll("layers", layers, Descriptor::toJson)
                .putIfPresent("subject", subject.map(Descriptor::toJson))
                .putIfAny("annotations", annotations)
                .build()
                .toBytes();
    }

    private void requireOurs(String expected) throws RefusedException {
        Versioned.requireArtifactType(artifactType, expected);
        config.requireOurs("config");
        Versioned.requireOurs("layers", layers);
        if (subject.isPresent()) {
            subject.get().requireOurs("subject");
        }
    }

    private static void requireMediaType(String path, Descriptor descriptor, String expected) throws RefusedException {
        if (!descriptor.mediaType().equals(expected)) {
            throw new DocumentRefusal.UnknownMediaType(path + ".mediaType", descriptor.mediaType(), expected)
                    .asException();
        }
    }
}
