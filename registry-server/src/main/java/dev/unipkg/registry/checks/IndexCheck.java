package dev.unipkg.registry.checks;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.catalog.StoredManifest;
import dev.unipkg.registry.content.StoredBytes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Looks at an index over builds: every one of them is in the repository, where it was checked when it came,
/// and says of itself what the index says of it.
@ApplicationScoped
class IndexCheck {

    private final StoredBytes stored;
    private final BuildCheck builds;
    private final KernelCheck kernels;

    IndexCheck(StoredBytes stored, BuildCheck builds, KernelCheck kernels) {
        this.stored = stored;
        this.builds = builds;
        this.kernels = kernels;
    }

    /// @throws RefusedException when the index is no package's, a build is absent, or one says something else
    Checked.Builds checkPackage(PackageName repository, byte[] indexBytes) throws IOException {
        Index index = Index.read(indexBytes).requirePackage();
        index.requireNamed(repository, Optional.empty());
        List<Checked.ReleaseBuild> found = new ArrayList<>();
        for (Map.Entry<Arch, Descriptor> build : index.builds().entrySet()) {
            byte[] bytes = bytes(repository, build.getValue(), MediaTypes.PACKAGE);
            Manifest manifest = Manifest.read(bytes);
            Index.requireTitle(repository, manifest.annotations());
            Checked.Release release = builds.release(bytes, manifest);
            requireSame("version", index.version(), release.version());
            Checked.ReleaseBuild own = release.builds().getFirst();
            if (own.arch() != build.getKey()) {
                throw says("architecture", build.getKey().toString(), own.arch().toString());
            }
            found.add(own);
        }
        return new Checked.Builds(release(Repository.Kind.PACKAGE, repository, index, found));
    }

    /// @throws RefusedException when the index is no kernel release, a build is absent, or one says something
    ///     else
    Checked.Builds checkKernel(PackageName repository, byte[] indexBytes) throws IOException {
        Index index = Index.read(indexBytes).requireKernel();
        index.requireNamed(repository, Optional.empty());
        List<Checked.ReleaseBuild> found = new ArrayList<>();
        for (Map.Entry<Arch, Descriptor> build : index.builds().entrySet()) {
            byte[] bytes = bytes(repository, build.getValue(), MediaTypes.KERNEL);
            requireSame("version", index.version(), BuildCheck.version(Manifest.read(bytes)));
            found.add(kernels.build(repository, build.getKey(), bytes));
        }
        return new Checked.Builds(release(Repository.Kind.KERNEL, repository, index, found));
    }

    private Checked.Release release(
            Repository.Kind kind, PackageName repository, Index index, List<Checked.ReleaseBuild> found)
            throws IOException {
        // Annotations that the index lacks come from its first build.
        SortedMap<String, String> annotations = new TreeMap<>();
        Descriptor first = index.builds().values().iterator().next();
        annotations.putAll(
                Manifest.read(bytes(repository, first, index.artifactType().orElseThrow()))
                        .annotations());
        annotations.putAll(index.annotations());
        return new Checked.Release(kind, Optional.of(index.version().requireFixed()), annotations, found);
    }

    private byte[] bytes(PackageName repository, Descriptor build, String artifactType) throws IOException {
        Optional<StoredManifest> here = Repository.named(repository)
                .flatMap(existing -> StoredManifest.in(existing, build.digest()))
                .filter(manifest -> artifactType.equals(manifest.artifactType));
        Optional<byte[]> bytes = here.isPresent() ? stored.manifest(build.digest(), here.get().size) : Optional.empty();
        if (bytes.isEmpty()) {
            throw new ContentRefusal.AbsentContent(List.of(build.digest())).asException();
        }
        if (bytes.get().length != build.size()) {
            throw new ContentRefusal.SizeMismatch(build.size(), bytes.get().length).asException();
        }
        return bytes.get();
    }

    private static void requireSame(String what, Version expected, Optional<Version> actual) throws RefusedException {
        if (actual.isPresent() && !actual.get().equals(expected)) {
            throw says(what, expected.text(), actual.get().text());
        }
    }

    private static RefusedException says(String what, String expected, String actual) {
        return new PublishRefusal.SaysOtherwise(what, expected, actual).asException();
    }
}
