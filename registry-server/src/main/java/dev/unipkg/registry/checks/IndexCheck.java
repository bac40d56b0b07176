package dev.unipkg.registry.checks;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
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

    /// A build that the index names.
    private record Named(Arch arch, Digest digest, Manifest manifest) {}

    /// @throws RefusedException when the index is no package's, a build is absent, or one says something else
    Checked.Builds checkPackage(PackageName repository, Index index) throws IOException {
        index.requirePackage().requireNamed(repository, Optional.empty());
        List<Named> named = named(repository, index, MediaTypes.PACKAGE);
        List<Checked.ReleaseBuild> found = new ArrayList<>();
        for (Named build : named) {
            Index.requireTitle(repository, build.manifest().annotations());
            Checked.Release release =
                    builds.describe(build.digest(), build.manifest()).release();
            requireSame("version", index.version(), release.version());
            Checked.ReleaseBuild own = release.builds().getFirst();
            if (own.arch() != build.arch()) {
                throw says("architecture", build.arch().toString(), own.arch().toString());
            }
            found.add(own);
        }
        return release(Repository.Kind.PACKAGE, index, named, found);
    }

    /// @throws RefusedException when the index is no kernel release, a build is absent, or one says something
    ///     else
    Checked.Builds checkKernel(PackageName repository, Index index) throws IOException {
        index.requireKernel().requireNamed(repository, Optional.empty());
        List<Named> named = named(repository, index, MediaTypes.KERNEL);
        List<Checked.ReleaseBuild> found = new ArrayList<>();
        for (Named build : named) {
            requireSame("version", index.version(), BuildCheck.version(build.manifest()));
            found.add(kernels.build(repository, build.arch(), build.digest(), build.manifest()));
        }
        return release(Repository.Kind.KERNEL, index, named, found);
    }

    private static Checked.Builds release(
            Repository.Kind kind, Index index, List<Named> named, List<Checked.ReleaseBuild> found)
            throws RefusedException {
        // Annotations that the index lacks come from its first build.
        SortedMap<String, String> annotations =
                new TreeMap<>(named.getFirst().manifest().annotations());
        annotations.putAll(index.annotations());
        return new Checked.Builds(
                new Checked.Release(kind, Optional.of(index.version().requireFixed()), annotations, found));
    }

    /// The builds that the index names, by architecture.
    private List<Named> named(PackageName repository, Index index, String artifactType) throws IOException {
        Optional<Repository> here = Repository.named(RepositoryName.of(repository));
        List<Named> named = new ArrayList<>();
        for (Map.Entry<Arch, Descriptor> build : index.builds().entrySet()) {
            Manifest manifest = Manifest.read(bytes(here, build.getValue(), artifactType));
            named.add(new Named(build.getKey(), build.getValue().digest(), manifest));
        }
        return named;
    }

    private byte[] bytes(Optional<Repository> repository, Descriptor build, String artifactType) throws IOException {
        Optional<StoredManifest> here = repository
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
