package dev.unipkg.format.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A descriptor: media type, digest and size of some content (image-spec, descriptor.md).
///
/// @param size in bytes
/// @param urls other places to fetch the content from; never of a descriptor of ours
/// @param platform where it is a manifest of an index
/// @param embedded whether it carries its content, in the field `data`; never a descriptor of ours
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        List<String> urls,
        Optional<String> artifactType,
        SortedMap<String, String> annotations,
        Optional<Platform> platform,
        boolean embedded) {

    public Descriptor {
        if (size < 0 || size > Json.Num.MAX) {
            throw new IllegalArgumentException("not a size: " + size);
        }
        urls = List.copyOf(urls);
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }

    /// The descriptor of a blob that needs no more words.
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(
                mediaType, digest, size, List.of(), Optional.empty(), new TreeMap<>(), Optional.empty(), false);
    }

    /// The descriptor of these bytes.
    public static Descriptor of(String mediaType, byte[] bytes) {
        return of(mediaType, Digest.of(bytes), bytes.length);
    }

    /// The same with one more annotation.
    public Descriptor withAnnotation(String key, String value) {
        SortedMap<String, String> more = new TreeMap<>(annotations);
        more.put(key, value);
        return new Descriptor(mediaType, digest, size, urls, artifactType, more, platform, embedded);
    }

    /// The same as the manifest of an index.
    public Descriptor withPlatform(Platform forPlatform) {
        return new Descriptor(
                mediaType, digest, size, urls, artifactType, annotations, Optional.of(forPlatform), embedded);
    }

    /// The value of an annotation.
    public Optional<String> annotation(String key) {
        return Optional.ofNullable(annotations.get(key));
    }

    /// Reads a descriptor.
    ///
    /// @throws RefusedException when a field is missing or wrong, or when the field `data` is not the content
    public static Descriptor of(Fields fields) throws RefusedException {
        Optional<Fields> platform = fields.optionalFields("platform");
        Optional<String> data = fields.optionalText("data");
        Descriptor descriptor = new Descriptor(
                fields.text("mediaType"),
                fields.value("digest", "sha256: and 64, or sha512: and 128 lowercase hex digits", Digest::parseAny),
                fields.number("size", 0, Json.Num.MAX),
                fields.texts("urls"),
                fields.optionalText("artifactType"),
                fields.textMap("annotations"),
                platform.isEmpty() ? Optional.empty() : Optional.of(Platform.of(platform.get())),
                data.isPresent());
        if (data.isPresent() && !descriptor.isOf(data.get())) {
            throw new DocumentRefusal.EmbeddedMismatch(fields.path("data")).asException();
        }
        return descriptor;
    }

    /// Requires what holds for everything of ours: the content is fetched from where the descriptor is, and
    /// is named by its SHA-256. Content in the descriptor would be had without the GET that counts a download.
    ///
    /// @param path of the descriptor in its document
    void requireOurs(String path) throws RefusedException {
        if (embedded) {
            throw new DocumentRefusal.EmbeddedContent(path + ".data").asException();
        }
        if (!urls.isEmpty()) {
            throw new DocumentRefusal.ForeignUrls(path + ".urls").asException();
        }
        requireSha256(path);
    }

    /// Requires that the content is named by its SHA-256, as everything that clients get.
    ///
    /// @param path of the descriptor in its document
    public void requireSha256(String path) throws RefusedException {
        if (!digest.isSha256()) {
            throw new DocumentRefusal.InvalidValue(
                            path + ".digest",
                            digest.toString(),
                            "sha256: and 64 lowercase hex digits, as in everything that pkg gets")
                    .asException();
        }
    }

    /// Whether the content is `base64`, in the one form that RFC 4648 gives it: Java's decoder takes others as well.
    private boolean isOf(String base64) {
        try {
            byte[] content = Base64.getDecoder().decode(base64);
            return content.length == size
                    && digest.isOf(content)
                    && Base64.getEncoder().encodeToString(content).equals(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    Json toJson() {
        return Json.object()
                .put("mediaType", mediaType)
                .put("digest", digest.toString())
                .put("size", size)
                .putIfAny("urls", urls)
                .putIfAny("annotations", annotations)
                .putIfPresent("platform", platform.map(Platform::toJson))
                .putIfPresent("artifactType", artifactType)
                .build();
    }
}
