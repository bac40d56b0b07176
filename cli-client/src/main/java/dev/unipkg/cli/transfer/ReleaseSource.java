package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.kernels.KernelRelease;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A kernel release as its makers ship it, to be published: everything that its index names, by digest.
public final class ReleaseSource implements VersionPush.Source {
    private final Family family;
    private final Index index;
    private final Map<Digest, byte[]> documents;
    private final Map<Digest, Content> blobs;

    private ReleaseSource(Family family, Index index, Map<Digest, byte[]> documents, Map<Digest, Content> blobs) {
        this.family = family;
        this.index = index;
        this.documents = documents;
        this.blobs = blobs;
    }

    /// Reads it.
    ///
    /// @param sources a tarball or folder for each architecture
    /// @param version what to call it; by default what the sources say, which must be the same
    public static ReleaseSource read(Family family, List<Path> sources, Optional<Version> version) throws IOException {
        Map<Arch, Descriptor> manifests = new EnumMap<>(Arch.class);
        Map<Digest, byte[]> documents = new HashMap<>();
        Map<Digest, Content> blobs = new HashMap<>();
        Optional<Version> common = version;
        for (Path source : sources) {
            KernelRelease release = KernelRelease.readSource(family, source, version);
            if (common.isPresent() && !common.get().equals(release.version())) {
                throw Failure.refused(
                                "several-releases",
                                "%s is %s, but %s is %s; one release has one version"
                                        .formatted(sources.getFirst(), common.get(), source, release.version()))
                        .next("name the version with --version if they belong together");
            }
            common = Optional.of(release.version());
            KernelArtifact artifact = KernelArtifact.of(release);
            byte[] manifest = artifact.manifest().toBytes();
            Descriptor descriptor = Descriptor.of(MediaTypes.IMAGE_MANIFEST, manifest);
            documents.put(descriptor.digest(), manifest);
            artifact.blobs().forEach(blob -> blobs.put(blob.descriptor().digest(), blob.content()));
            if (manifests.put(release.arch(), descriptor) != null) {
                throw Failure.usage("two of the sources are for " + release.arch());
            }
        }
        Index index = KernelArtifact.index(family, common.orElseThrow(), manifests);
        return new ReleaseSource(family, index, documents, blobs);
    }

    public Family family() {
        return family;
    }

    public Index index() {
        return index;
    }

    @Override
    public boolean has(Descriptor descriptor) {
        return documents.containsKey(descriptor.digest()) || blobs.containsKey(descriptor.digest());
    }

    @Override
    public byte[] document(Descriptor descriptor) {
        byte[] bytes = documents.get(descriptor.digest());
        if (bytes == null) {
            throw new IllegalArgumentException("no document of this release: " + descriptor.digest());
        }
        return bytes;
    }

    @Override
    public InputStream openAt(Descriptor descriptor, long offset) throws IOException {
        Content content = blobs.get(descriptor.digest());
        if (content == null) {
            throw new IllegalArgumentException("no file of this release: " + descriptor.digest());
        }
        InputStream in = content.open();
        in.skipNBytes(offset);
        return in;
    }
}
