package dev.unipkg.format.json;

/// The limits of a JSON document.
///
/// @param bytes of its UTF-8 form
/// @param depth of arrays and objects within each other
/// @param values of any kind in the whole document
public record JsonLimits(long bytes, int depth, int values) {

    /// The size of the largest manifest, index or config, 4 MiB: registries are asked to take that much
    /// (distribution-spec, "Pushing manifests").
    public static final int DOCUMENT_BYTES = 4 << 20;

    /// The limits of manifests, indexes and configs.
    public static final JsonLimits DEFAULT = new JsonLimits(DOCUMENT_BYTES, 32, 200_000);

    public JsonLimits {
        if (bytes < 1 || depth < 1 || values < 1) {
            throw new IllegalArgumentException("a limit below 1 allows no document at all");
        }
    }
}
