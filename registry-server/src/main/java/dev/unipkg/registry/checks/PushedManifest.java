package dev.unipkg.registry.checks;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.content.StoredBytes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// A manifest or index as somebody pushes it, of a package, a kernel release or of anything else that OCI
/// knows: the bytes, and what the registry must know of them.
///
/// @param mediaType what it is, as pushed
/// @param artifactType the field of that name, or an index's annotation that stands for it
/// @param configMediaType of a manifest's config; it stands in for an absent artifact type
/// @param blobs the blobs that must be here before it
/// @param manifests the manifests that must be here before it
/// @param sizes what its descriptors say of those blobs and manifests, in bytes
/// @param subject the manifest that it refers to, which may come later or never
public record PushedManifest(
        byte[] bytes,
        Digest digest,
        String mediaType,
        Optional<String> artifactType,
        Optional<String> configMediaType,
        Set<Digest> blobs,
        Set<Digest> manifests,
        Map<Digest, Long> sizes,
        Optional<Digest> subject,
        SortedMap<String, String> annotations) {

    /// The largest manifest accepted.
    public static final int MAX_BYTES = StoredBytes.MAX_DOCUMENT_BYTES;

    // Every digest is looked for in the store, and its row is locked until the push is recorded.
    private static final int MAX_NAMED = 512;

    // A page of referrers holds a hundred of these in memory, for whoever asks.
    private static final int MAX_LISTED_BYTES = 64 << 10;

    private static final Set<String> OURS = Set.of(MediaTypes.PACKAGE, MediaTypes.KERNEL);

    private static final JsonLimits LIMITS = new JsonLimits(MAX_BYTES, 32, 200_000);

    private static final String EXPECTED_TYPES = MediaTypes.IMAGE_MANIFEST + " or " + MediaTypes.IMAGE_INDEX;

    /// Reads what was pushed.
    ///
    /// @param contentType the request's media type, without parameters; the document's own where it is absent
    /// @throws RefusedException when the document is none, or is another kind of thing than was said
    public static PushedManifest read(byte[] bytes, Optional<String> contentType) throws RefusedException {
        Fields fields = Json.parseObject(bytes, LIMITS);
        fields.number("schemaVersion", 2, 2);
        String mediaType = mediaType(fields, contentType);
        boolean index = MediaTypes.isIndex(mediaType);
        // A document that is a manifest to one reader and an index to another has two contents under one digest.
        if (index
                ? fields.optional("layers").isPresent()
                : fields.optional("manifests").isPresent()) {
            throw new DocumentRefusal.NotAPackage("it is a manifest and an index at once").asException();
        }
        Optional<Fields> subject = fields.optionalFields("subject");
        Optional<String> artifactType = index ? Index.artifactType(fields) : fields.optionalText("artifactType");
        Map<Digest, Long> sizes = new TreeMap<>();
        PushedManifest manifest = new PushedManifest(
                bytes,
                Digest.of(bytes),
                mediaType,
                artifactType,
                index ? Optional.empty() : Optional.of(fields.fields("config").text("mediaType")),
                index
                        ? Set.of()
                        : blobs(fields, artifactType.filter(OURS::contains).isPresent(), sizes),
                index ? manifests(fields, sizes) : Set.of(),
                sizes,
                subject.isPresent() ? Optional.of(digestOf(subject.get())) : Optional.empty(),
                fields.textMap("annotations"));
        int listed = manifest.referrer().toBytes().length;
        if (listed > MAX_LISTED_BYTES) {
            throw new DocumentRefusal.InvalidValue(
                            "annotations", listed + " bytes", "at most " + MAX_LISTED_BYTES + " bytes in all")
                    .asException();
        }
        return manifest;
    }

    /// Whether this is an index rather than a manifest.
    public boolean isIndex() {
        return MediaTypes.isIndex(mediaType);
    }

    /// Whether this says of itself that it is of this artifact type of ours.
    public boolean isA(String type) {
        return artifactType.equals(Optional.of(type));
    }

    /// The kind of artifact for those who look for referrers (distribution-spec, "Listing Referrers").
    public Optional<String> kind() {
        return artifactType.filter(type -> !type.isEmpty()).or(() -> configMediaType);
    }

    /// The descriptor under which the subject's referrers list this.
    public Json.Obj referrer() {
        return Json.object()
                .put("mediaType", mediaType)
                .put("digest", digest.toString())
                .put("size", bytes.length)
                .putIfPresent("artifactType", kind())
                .putIfAny("annotations", annotations)
                .build();
    }

    private static String mediaType(Fields fields, Optional<String> contentType) throws RefusedException {
        Optional<String> own = fields.optionalText("mediaType");
        String mediaType = contentType.or(() -> own).orElse("absent");
        if (!MediaTypes.isManifest(mediaType) && !MediaTypes.isIndex(mediaType)) {
            throw new DocumentRefusal.UnknownMediaType("Content-Type", mediaType, EXPECTED_TYPES).asException();
        }
        if (own.isPresent() && !own.get().equals(mediaType)) {
            throw new DocumentRefusal.UnknownMediaType("mediaType", own.get(), mediaType).asException();
        }
        return mediaType;
    }

    private static Set<Digest> manifests(Fields fields, Map<Digest, Long> sizes) throws RefusedException {
        List<Digest> manifests = fields.list("manifests", manifest -> named(manifest, sizes));
        requireFew("manifests", manifests);
        return Set.copyOf(manifests);
    }

    private static void requireFew(String path, List<?> named) throws RefusedException {
        if (named.size() > MAX_NAMED) {
            throw new DocumentRefusal.InvalidValue(path, named.size() + " entries", "at most " + MAX_NAMED)
                    .asException();
        }
    }

    private static Set<Digest> blobs(Fields fields, boolean ours, Map<Digest, Long> sizes) throws RefusedException {
        Set<Digest> blobs = new TreeSet<>();
        blobs.add(named(fields.fields("config"), sizes));
        List<Optional<Digest>> layers = fields.list(
                "layers", layer -> ours || isHere(layer) ? Optional.of(named(layer, sizes)) : Optional.empty());
        requireFew("layers", layers);
        layers.forEach(layer -> layer.ifPresent(blobs::add));
        return Set.copyOf(blobs);
    }

    /// Whether the layer is not one that may only be had elsewhere (image-spec, "Non-Distributable Layers"). What
    /// is ours has no such layers: all of it is looked at, and nobody may have looked at what he did not bring.
    private static boolean isHere(Fields layer) throws RefusedException {
        Digest unused = digestOf(layer);
        String mediaType = layer.text("mediaType").toLowerCase(Locale.ROOT);
        return !mediaType.contains(".nondistributable.")
                && !mediaType.contains(".foreign.")
                && layer.texts("urls").isEmpty();
    }

    /// The digest of something that must be here, whose size is noted.
    ///
    /// @throws RefusedException also when it was named before with another size
    private static Digest named(Fields descriptor, Map<Digest, Long> sizes) throws RefusedException {
        Digest digest = digestOf(descriptor);
        long size = descriptor.number("size", 0, Json.Num.MAX);
        Long before = sizes.put(digest, size);
        if (before != null && before != size) {
            throw new ContentRefusal.SizeMismatch(before, size).asException();
        }
        return digest;
    }

    private static Digest digestOf(Fields descriptor) throws RefusedException {
        descriptor.text("mediaType");
        descriptor.number("size", 0, Json.Num.MAX);
        return descriptor.value("digest", "sha256: and 64 lowercase hex digits", Digest::parse);
    }
}
