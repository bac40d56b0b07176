package dev.unipkg.format.oci;

import dev.unipkg.format.json.Shape;

/// The fields that image-spec gives its documents, those included that unipkg does not read (manifest.md,
/// image-index.md, descriptor.md, config.md).
public final class Shapes {

    private static final Shape PLATFORM =
            Shape.of("architecture", "os", "os.version", "os.features", "variant", "features");

    private static final Shape DESCRIPTOR = Shape.of(
                    "mediaType", "digest", "size", "urls", "annotations", "data", "artifactType")
            .with("platform", PLATFORM);

    /// A manifest or an index. One shape for both, because a key of the other kind in another spelling is as
    /// ambiguous as one of its own.
    public static final Shape DOCUMENT = Shape.of("schemaVersion", "mediaType", "artifactType", "annotations")
            .with("config", DESCRIPTOR)
            .with("layers", DESCRIPTOR)
            .with("manifests", DESCRIPTOR)
            .with("subject", DESCRIPTOR);

    /// An image config, with the field `unikernel` of ours.
    static final Shape CONFIG = Shape.of(
                    "created", "author", "architecture", "os", "os.version", "os.features", "variant")
            .with("config", execution())
            .with("rootfs", Shape.of("type", "diff_ids"))
            .with("history", Shape.of("created", "author", "created_by", "comment", "empty_layer"))
            .with("unikernel", unikernel());

    private Shapes() {}

    private static Shape execution() {
        return Shape.of(
                "User",
                "ExposedPorts",
                "Env",
                "Entrypoint",
                "Cmd",
                "Volumes",
                "WorkingDir",
                "Labels",
                "StopSignal",
                "ArgsEscaped",
                "Memory",
                "MemorySwap",
                "CpuShares",
                "Healthcheck");
    }

    private static Shape unikernel() {
        return Shape.of("klibs", "memory", "cpus", "writable", "options")
                .with("kernel", Shape.of("family", "versions"))
                .with("readiness", Shape.of("port", "path", "console", "none"))
                .with("resume", Shape.of("safe", "randomness", "clock"));
    }
}
