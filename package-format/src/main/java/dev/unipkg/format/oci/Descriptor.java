package dev.unipkg.format.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A descriptor: media type, digest and size of some content (image-spec, descriptor.md).
///
/// @param size in bytes
/// @param platform where it is a manifest of an index
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        Optional<String> artifactType,
        SortedMap<String, String> annotations,
        Optional<Platform> platform) {

    public Descriptor {
        if (size < 0 || size > Json.Num.MAX) {
            throw new IllegalArgumentException("not a size: " + size);
        }
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }

    /// The descriptor of a blob that needs no more words.
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, Optional.empty(), new TreeMap<>(), Optional.empty());
    }

    /// The descriptor of these bytes.
    public static Descriptor of(String mediaType, byte[] bytes) {
        return of(mediaType, Digest.of(bytes), bytes.length);
    }

    /// The same with one more annotation.
    public Descriptor withAnnotation(String key, String value) {
        SortedMap<String, String> more = new TreeMap<>(annotations);
        more.put(key, value);
        return new Descriptor(mediaType, digest, size, artifactType, more, platform);
    }

    /// The same as the manifest of an index.
    public Descriptor withPlatform(Platform forPlatform) {
        return new Descriptor(mediaType, digest, size, artifactType, annotations, Optional.of(forPlatform));
    }

    /// The value of an annotation.
    public Optional<String> annotation(String key) {
        return Optional.ofNullable(annotations.get(key));
    }

    static Descriptor of(Fields fields) throws RefusedException {
        Optional<Fields> platform = fields.optionalFields("platform");
        return new Descriptor(
                fields.text("mediaType"),
                fields.value("digest", "sha256: and 64 lowercase hex digits", Digest::parse),
                fields.number("size", 0, Json.Num.MAX),
                fields.optionalText("artifactType"),
                fields.textMap("annotations"),
                platform.isEmpty() ? Optional.empty() : Optional.of(Platform.of(platform.get())));
    }

    Json toJson() {
        return Json.object()
                .put("mediaType", mediaType)
                .put("digest", digest.toString())
                .put("size", size)
                .putIfAny("annotations", annotations)
                .putIfPresent("platform", platform.map(Platform::toJson))
                .putIfPresent("artifactType", artifactType)
                .build();
    }
}
