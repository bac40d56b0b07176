package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.format.Digest;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A Unikraft image in the form that kraftkit (f02a5331) publishes: member for member, in Go's order, with a
/// tar for each file, whose path is absolute.
final class SampleUnikraft {
    static final byte[] KERNEL = kernel(62, "the kernel");
    static final byte[] INITRD = "070701 the files".getBytes(UTF_8);

    private final FakeRegistry registry;
    private final String repository;
    private final List<Json> manifests = new ArrayList<>();

    SampleUnikraft(FakeRegistry registry, String repository) {
        this.registry = registry;
        this.repository = repository;
    }

    /// The content of a build.
    ///
    /// @param words of the program
    record Build(
            String monitor,
            String architecture,
            List<Json> layers,
            List<String> words,
            List<String> environment,
            List<String> features) {}

    /// The bytes of an ELF file for a processor.
    static byte[] kernel(int machine, String content) {
        byte[] text = content.getBytes(UTF_8);
        byte[] elf = new byte[64 + text.length];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, elf, 0, 4);
        elf[18] = (byte) machine;
        System.arraycopy(text, 0, elf, 64, text.length);
        return elf;
    }

    Json kernelLayer(byte[] kernel) throws IOException {
        return layer(MediaTypes.LAYER_TAR, tar("/unikraft/bin/kernel", kernel), "org.unikraft.kernel.image", "kernel");
    }

    Json initrdLayer(byte[] initrd) throws IOException {
        return layer(MediaTypes.LAYER_TAR, tar("/unikraft/bin/initrd", initrd), "org.unikraft.kernel.initrd", "initrd");
    }

    /// As `skopeo copy --dest-compress` leaves it.
    Json compressed(byte[] kernel) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(tar("/unikraft/bin/kernel", kernel));
        }
        return layer(MediaTypes.LAYER_TAR_GZIP, bytes.toByteArray(), "org.unikraft.kernel.image", "kernel");
    }

    SampleUnikraft with(Build build) {
        List<Json> ids = build.layers().stream()
                .map(layer -> requireNonNull(((Json.Obj) layer).members().get("digest")))
                .toList();
        byte[] config = Json.object()
                .put("architecture", build.architecture())
                .put("os", build.monitor())
                .put("os.version", "0.17.0")
                .putIfAny("os.features", build.features())
                .put(
                        "config",
                        Json.object()
                                .putIfAny("Env", build.environment())
                                .putIfAny("Cmd", build.words())
                                .build())
                .put(
                        "rootfs",
                        Json.object()
                                .put("type", "layers")
                                .put("diff_ids", new Json.Arr(ids))
                                .build())
                .build()
                .toBytes();
        registry.putBlob(config);
        Json platform = Json.object()
                .put("architecture", build.architecture())
                .put("os", build.monitor())
                .put("os.version", "0.17.0")
                .putIfAny("os.features", build.features())
                .build();
        byte[] manifest = Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.IMAGE_MANIFEST)
                .put(
                        "config",
                        Json.object()
                                .put("mediaType", MediaTypes.IMAGE_CONFIG)
                                .put("digest", Digest.of(config).toString())
                                .put("size", config.length)
                                .put("platform", platform)
                                .build())
                .put("layers", new Json.Arr(build.layers()))
                .put("annotations", annotations())
                .build()
                .toBytes();
        Digest digest = Digest.of(manifest);
        registry.documents.put(
                repository + ":" + digest, new FakeRegistry.Document(MediaTypes.IMAGE_MANIFEST, manifest));
        manifests.add(Json.object()
                .put("mediaType", MediaTypes.IMAGE_MANIFEST)
                .put("digest", digest.toString())
                .put("size", manifest.length)
                .put("annotations", annotations())
                .put("platform", platform)
                .build());
        return this;
    }

    /// A build of both files for QEMU.
    SampleUnikraft withUsual(String architecture, int machine) throws IOException {
        return with(new Build(
                "qemu",
                architecture,
                List.of(kernelLayer(kernel(machine, "the kernel")), initrdLayer(INITRD)),
                List.of("/usr/bin/web", "--serve"),
                List.of("MODE=plain"),
                List.of("CONFIG_LIBVFSCORE_AUTOMOUNT_UP=y")));
    }

    /// Publishes the index under a tag; returns its digest.
    Digest publish(String tag) {
        byte[] index = Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaTypes.IMAGE_INDEX)
                .put("manifests", new Json.Arr(manifests))
                .put("annotations", annotations())
                .build()
                .toBytes();
        Digest digest = Digest.of(index);
        for (String reference : List.of(tag, digest.toString())) {
            registry.documents.put(
                    repository + ":" + reference, new FakeRegistry.Document(MediaTypes.IMAGE_INDEX, index));
        }
        return digest;
    }

    private Json annotations() {
        return Json.object()
                .put("io.containerd.image.name", "index.unikraft.io/" + repository + ":latest")
                .put("org.opencontainers.image.created", "2026-01-31T12:00:00Z")
                .put("org.opencontainers.image.ref.name", "index.unikraft.io/" + repository)
                .put("org.unikraft.image.name", "index.unikraft.io/" + repository)
                .put("org.unikraft.kernel.version", "0.17.0")
                .put("sh.kraftkit.version", "0.9.3")
                .build();
    }

    private Json layer(String mediaType, byte[] bytes, String annotation, String file) {
        registry.putBlob(bytes);
        return Json.object()
                .put("mediaType", mediaType)
                .put("digest", Digest.of(bytes).toString())
                .put("size", bytes.length)
                .put(
                        "annotations",
                        Json.object().put(annotation, "/unikraft/bin/" + file).build())
                .build();
    }

    private static byte[] tar(String path, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry(path, true);
            entry.setSize(content.length);
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
