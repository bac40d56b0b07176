package dev.unipkg.format.oci;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import java.util.List;
import java.util.Map;

/// The keys of annotations (image-spec, annotations.md) that unipkg gives a meaning to.
public final class Annotations {

    /// On an index: its artifact type. The field of that name is young, and tools that re-encode an index without
    /// knowing it would change the digest of a version; annotations they all keep.
    public static final String ARTIFACT_TYPE = "dev.unipkg.artifact-type";

    /// On a layer's descriptor: its [LayerKind].
    public static final String LAYER = "dev.unipkg.layer";

    /// On the manifest and index of a kernel release: its family.
    public static final String KERNEL_FAMILY = "dev.unipkg.kernel.family";

    /// The package's name; on a file of a kernel release, the file's path.
    public static final String TITLE = "org.opencontainers.image.title";

    /// The version that this is.
    public static final String VERSION = "org.opencontainers.image.version";

    /// One line for people.
    public static final String DESCRIPTION = "org.opencontainers.image.description";

    /// An SPDX license expression.
    public static final String LICENSES = "org.opencontainers.image.licenses";

    /// The address of the source code.
    public static final String SOURCE = "org.opencontainers.image.source";

    /// The address of the documentation.
    public static final String DOCUMENTATION = "org.opencontainers.image.documentation";

    /// On an index: the package's readme, Markdown.
    public static final String README = "dev.unipkg.readme";

    /// When it was made, as in RFC 3339. Read only: what unipkg writes is the same whenever it is written.
    public static final String CREATED = "org.opencontainers.image.created";

    /// The most characters of a text that a catalog shows of a package or release.
    public static final int MAX_TEXT_LENGTH = 4096;

    /// The most characters of a readme.
    public static final int MAX_README_LENGTH = 64 << 10;

    private static final List<String> SHOWN = List.of(DESCRIPTION, LICENSES, SOURCE, DOCUMENTATION);

    private Annotations() {}

    /// Limits the texts that catalog pages show, because a page holds those of many packages. The build and the
    /// registry both apply it.
    ///
    /// @throws RefusedException when a text that the catalog shows is longer than a person would read there
    public static void requireShortTexts(Map<String, String> annotations) throws RefusedException {
        for (String name : SHOWN) {
            requireShort(annotations, name, MAX_TEXT_LENGTH);
        }
        requireShort(annotations, README, MAX_README_LENGTH);
    }

    private static void requireShort(Map<String, String> annotations, String name, int limit) throws RefusedException {
        int length = annotations.getOrDefault(name, "").length();
        if (length > limit) {
            throw new DocumentRefusal.InvalidValue(
                            "annotations." + name, length + " characters", "at most " + limit + " characters")
                    .asException();
        }
    }
}
