package dev.unipkg.format.oci;

/// The media types and artifact types of the records and blobs that unipkg reads and writes.
public final class MediaTypes {

    /// An OCI manifest: one build, or the files of a kernel release for one architecture.
    public static final String IMAGE_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /// An OCI index: the builds of one version.
    public static final String IMAGE_INDEX = "application/vnd.oci.image.index.v1+json";

    /// An OCI image config.
    public static final String IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";

    /// A layer as unipkg writes it.
    public static final String LAYER_TAR_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";

    /// A layer as container tools mostly write it.
    public static final String LAYER_TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// A layer without compression.
    public static final String LAYER_TAR = "application/vnd.oci.image.layer.v1.tar";

    /// The empty JSON object, where an artifact has no config (image-spec, "Guidance for an Empty Descriptor").
    public static final String EMPTY_JSON = "application/vnd.oci.empty.v1+json";

    /// Docker's older name of a manifest; read, never written.
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    /// Docker's older name of an index; read, never written.
    public static final String DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// Docker's older name of an image config; read, never written.
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    /// The artifact type of a package's versions and builds.
    public static final String PACKAGE = "application/vnd.unipkg.package.v1";

    /// The artifact type of a kernel release.
    public static final String KERNEL = "application/vnd.unipkg.kernel.v1";

    /// One file of a kernel release, as it is.
    public static final String KERNEL_FILE = "application/vnd.unipkg.kernel.file.v1";

    private MediaTypes() {}

    /// Whether content of this type is a manifest, in OCI's or Docker's words.
    public static boolean isManifest(String mediaType) {
        return mediaType.equals(IMAGE_MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
    }

    /// Whether content of this type is an index, in OCI's or Docker's words.
    public static boolean isIndex(String mediaType) {
        return mediaType.equals(IMAGE_INDEX) || mediaType.equals(DOCKER_MANIFEST_LIST);
    }

    /// Whether content of this type is the config of an image, in OCI's or Docker's words.
    public static boolean isImageConfig(String mediaType) {
        return mediaType.equals(IMAGE_CONFIG) || mediaType.equals(DOCKER_CONFIG);
    }
}
