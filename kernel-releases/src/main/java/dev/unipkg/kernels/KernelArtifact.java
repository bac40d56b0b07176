package dev.unipkg.kernels;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Platform;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A kernel release as OCI holds it: for each architecture a manifest of the artifact type
/// `application/vnd.unipkg.kernel.v1` with the empty config, whose layers are the files as they are, each with
/// its title; and over them an index. `oras pull` gives the files.
///
/// @param manifest of the release for one architecture
/// @param blobs what the manifest names: the config and the files
public record KernelArtifact(Manifest manifest, List<Blob> blobs) {

    private static final Content EMPTY_CONFIG = new Content.Bytes("{}".getBytes(StandardCharsets.UTF_8));

    public KernelArtifact {
        blobs = List.copyOf(blobs);
    }

    /// Something to be stored.
    public record Blob(Descriptor descriptor, Content content) {}

    /// Describes a release; every file is read once, to know its digest.
    public static KernelArtifact of(KernelRelease release) throws IOException {
        Descriptor config = describe(MediaTypes.EMPTY_JSON, EMPTY_CONFIG);
        List<Blob> blobs = new ArrayList<>(List.of(new Blob(config, EMPTY_CONFIG)));
        List<Descriptor> layers = new ArrayList<>();
        for (Map.Entry<String, Content> file : release.files().entrySet()) {
            Descriptor layer =
                    describe(MediaTypes.KERNEL_FILE, file.getValue()).withAnnotation(Annotations.TITLE, file.getKey());
            layers.add(layer);
            blobs.add(new Blob(layer, file.getValue()));
        }
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.KERNEL),
                config,
                layers,
                Optional.empty(),
                annotations(release.family(), release.version()));
        return new KernelArtifact(manifest, blobs);
    }

    /// The index of a release over the manifests of its architectures.
    public static Index index(Family family, Version version, Map<Arch, Descriptor> manifests) {
        List<Descriptor> builds = new TreeMap<>(manifests)
                .entrySet().stream()
                        .map(build -> build.getValue().withPlatform(Platform.of(build.getKey())))
                        .toList();
        return new Index(Optional.of(MediaTypes.KERNEL), builds, Optional.empty(), annotations(family, version));
    }

    /// The family that a manifest says it is of.
    ///
    /// @throws RefusedException when it says none, or one that is not known
    public static Family family(Manifest manifest) throws RefusedException {
        return Family.of(annotation(manifest, Annotations.KERNEL_FAMILY));
    }

    /// The files of the release, by title, where the manifest is that of a release.
    ///
    /// @throws RefusedException when it is none, when a file is missing that every release of the family has,
    ///     or when a title comes twice or could lead elsewhere
    public static SortedMap<String, Descriptor> files(Manifest manifest, Arch arch) throws RefusedException {
        manifest.requireKernel();
        SortedMap<String, Descriptor> files = new TreeMap<>();
        for (Descriptor layer : manifest.layers()) {
            String title = layer.annotation(Annotations.TITLE).orElseThrow();
            if (files.put(title, layer) != null) {
                throw new ArchiveRefusal.DuplicateEntry(title).asException();
            }
        }
        KernelRelease.requireComplete(
                family(manifest), annotation(manifest, Annotations.VERSION), arch, files.keySet());
        return Collections.unmodifiableSortedMap(files);
    }

    /// The release that a manifest describes.
    ///
    /// @param contents by title, as [#files] names them
    /// @throws RefusedException as [#files] does, and when the version is outside the grammar
    public static KernelRelease release(Manifest manifest, Arch arch, SortedMap<String, Content> contents)
            throws RefusedException {
        String version = annotation(manifest, Annotations.VERSION);
        if (!Version.isVersion(version)) {
            throw new DocumentRefusal.InvalidValue("annotations." + Annotations.VERSION, version, "a version")
                    .asException();
        }
        files(manifest, arch);
        return KernelRelease.of(family(manifest), new Version(version), arch, contents);
    }

    private static String annotation(Manifest manifest, String key) throws RefusedException {
        String value = manifest.annotations().get(key);
        if (value == null) {
            throw new DocumentRefusal.MissingField("annotations." + key).asException();
        }
        return value;
    }

    private static SortedMap<String, String> annotations(Family family, Version version) {
        SortedMap<String, String> annotations = new TreeMap<>();
        annotations.put(Annotations.KERNEL_FAMILY, family.toString());
        annotations.put(Annotations.TITLE, family.toString());
        annotations.put(Annotations.VERSION, version.toString());
        return annotations;
    }

    private static Descriptor describe(String mediaType, Content content) throws IOException {
        return Descriptor.of(mediaType, content.digest(), content.size());
    }
}
