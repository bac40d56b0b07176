package dev.unipkg.registry.checks;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Shapes;
import dev.unipkg.format.oci.UnikraftIndex;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A pushed manifest or index of a package, a kernel release or another OCI artifact: its bytes, the document parsed
/// from them, and what the registry derives from it.
///
/// @param mediaType what it is, as pushed
/// @param blobs the blobs that must be here before it
/// @param manifests the manifests that it names
/// @param sizes of all content that it names, as its descriptors say them, in bytes
/// @param annotations all of them, as written
public record PushedManifest(
        byte[] bytes,
        Digest digest,
        String mediaType,
        Parsed parsed,
        Set<Digest> blobs,
        Set<Digest> manifests,
        SortedMap<Digest, Long> sizes,
        SortedMap<String, String> annotations) {

    /// The document, parsed once for all who look at it.
    public sealed interface Parsed {

        record OfManifest(Manifest manifest) implements Parsed {}

        record OfIndex(Index index) implements Parsed {}
    }

    /// The largest manifest accepted.
    public static final int MAX_BYTES = JsonLimits.DOCUMENT_BYTES;

    // Every digest is looked for in the store, and its row is locked until the push is recorded.
    private static final int MAX_NAMED = 512;

    private static final Set<String> OURS = Set.of(MediaTypes.PACKAGE, MediaTypes.KERNEL);

    private static final String EXPECTED_TYPES = MediaTypes.IMAGE_MANIFEST + " or " + MediaTypes.IMAGE_INDEX;

    /// Reads what was pushed.
    ///
    /// @param digest of the bytes
    /// @param contentType the request's media type, without parameters; the document's own where it is absent
    /// @throws RefusedException when the document is none, or is another kind of thing than was said
    public static PushedManifest read(byte[] bytes, Digest digest, Optional<String> contentType)
            throws RefusedException {
        Fields fields = Json.parseObject(bytes, JsonLimits.DEFAULT);
        Shapes.DOCUMENT.require(fields);
        fields.number("schemaVersion", 2, 2);
        String mediaType = mediaType(fields, contentType);
        boolean index = MediaTypes.isIndex(mediaType);
        // A document that is a manifest to one reader and an index to another has two contents under one digest.
        boolean isBoth = index
                ? fields.optional("layers").isPresent()
                        || fields.optional("config").isPresent()
                : fields.optional("manifests").isPresent();
        if (isBoth) {
            throw new DocumentRefusal.NotAPackage("it is a manifest and an index at once").asException();
        }
        Parsed parsed = index ? new Parsed.OfIndex(Index.of(fields)) : new Parsed.OfManifest(Manifest.of(fields));
        List<Descriptor> blobs = blobs(parsed);
        List<Descriptor> manifests =
                parsed instanceof Parsed.OfIndex(var read) ? few("manifests", read.manifests()) : List.of();
        return new PushedManifest(
                bytes,
                digest,
                mediaType,
                parsed,
                digests(blobs),
                digests(manifests),
                sizes(List.of(blobs, manifests, subjectOf(parsed).stream().toList())),
                fields.textMap("annotations"));
    }

    /// The field of that name, or an index's annotation that stands for it.
    public Optional<String> artifactType() {
        return artifactTypeOf(parsed);
    }

    /// The manifest that this refers to, which may come later or never.
    public Optional<Digest> subject() {
        return subjectOf(parsed).map(Descriptor::digest);
    }

    /// Whether this is an index rather than a manifest.
    public boolean isIndex() {
        return MediaTypes.isIndex(mediaType);
    }

    /// Whether this is an index that says of itself that it is no version of a package, and no kernel release.
    public boolean isForeignIndex() {
        return isIndex() && artifactType().filter(OURS::contains).isEmpty();
    }

    /// The manifests that must be here before it: all that it names where it is ours. The index of others
    /// may be sparse, as a copy of some of its platforms is (image-spec, image-index.md).
    public Set<Digest> neededManifests() {
        return isForeignIndex() ? Set.of() : manifests;
    }

    /// The content that may be here as blobs: an index of others may name layers, as BuildKit's caches do.
    public Set<Digest> possibleBlobs() {
        return isForeignIndex() ? manifests : blobs;
    }

    /// Whether its descriptors tell the sizes of manifests. kraftkit gives those that an index had before the size 32,
    /// the length of their digests.
    public boolean tellsSizes() {
        return !(parsed instanceof Parsed.OfIndex(var index) && isForeignIndex() && UnikraftIndex.isMarked(index));
    }

    /// Whether this says of itself that it is of this artifact type of ours.
    public boolean isA(String type) {
        return artifactType().equals(Optional.of(type));
    }

    /// The kind of artifact for those who look for referrers (distribution-spec, "Listing Referrers").
    public Optional<String> kind() {
        return artifactType()
                .filter(type -> !type.isEmpty())
                .or(() -> parsed instanceof Parsed.OfManifest(var manifest)
                        ? Optional.of(manifest.config().mediaType())
                        : Optional.empty());
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

    private static Optional<String> artifactTypeOf(Parsed parsed) {
        return switch (parsed) {
            case Parsed.OfManifest(var manifest) -> manifest.artifactType();
            case Parsed.OfIndex(var index) -> index.artifactType();
        };
    }

    private static Optional<Descriptor> subjectOf(Parsed parsed) {
        return switch (parsed) {
            case Parsed.OfManifest(var manifest) -> manifest.subject();
            case Parsed.OfIndex(var index) -> index.subject();
        };
    }

    private static List<Descriptor> blobs(Parsed parsed) throws RefusedException {
        if (!(parsed instanceof Parsed.OfManifest(var manifest))) {
            return List.of();
        }
        boolean ours = manifest.artifactType().filter(OURS::contains).isPresent();
        Stream<Descriptor> here =
                few("layers", manifest.layers()).stream().filter(layer -> ours || !isElsewhere(layer));
        return Stream.concat(Stream.of(manifest.config()), here).toList();
    }

    private static List<Descriptor> few(String path, List<Descriptor> named) throws RefusedException {
        if (named.size() > MAX_NAMED) {
            throw new DocumentRefusal.InvalidValue(path, named.size() + " entries", "at most " + MAX_NAMED)
                    .asException();
        }
        return named;
    }

    private static Set<Digest> digests(List<Descriptor> named) {
        return named.stream().map(Descriptor::digest).collect(Collectors.toUnmodifiableSet());
    }

    private static SortedMap<Digest, Long> sizes(List<List<Descriptor>> named) throws RefusedException {
        SortedMap<Digest, Long> sizes = new TreeMap<>();
        for (Descriptor descriptor : named.stream().flatMap(List::stream).toList()) {
            Long other = sizes.putIfAbsent(descriptor.digest(), descriptor.size());
            if (other != null && other != descriptor.size()) {
                throw new ContentRefusal.SizeMismatch(other, descriptor.size()).asException();
            }
        }
        return sizes;
    }

    /// Whether a layer may only be had elsewhere (image-spec, "Non-Distributable Layers"). Packages and kernels
    /// have no such layers, because the registry checks all of their content.
    private static boolean isElsewhere(Descriptor layer) {
        String mediaType = layer.mediaType().toLowerCase(Locale.ROOT);
        return mediaType.contains(".nondistributable.")
                || mediaType.contains(".foreign.")
                || !layer.urls().isEmpty();
    }
}
