package dev.unipkg.registry.checks;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.layer.LayerEntry;
import dev.unipkg.format.oci.UnikraftIndex;
import dev.unipkg.registry.catalog.Repository;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// The result of checking a pushed manifest.
public sealed interface Checked {

    /// Content that is not ours: stored as it is, not in the catalog.
    record Plain() implements Checked {}

    /// A Unikraft image: stored as it is, and listed as what its index says it is.
    record Unikraft(UnikraftIndex index) implements Checked {}

    /// One build of a package, or of a kernel release, with what its layers hold.
    record Build(Release release, Map<Digest, List<LayerEntry>> listings) implements Checked {}

    /// An index over builds that were checked when they arrived.
    record Builds(Release release) implements Checked {}

    /// The release, if it is a package or kernel of ours.
    default Optional<Release> asRelease() {
        return switch (this) {
            case Plain(), Unikraft(var _) -> Optional.empty();
            case Build build -> Optional.of(build.release());
            case Builds builds -> Optional.of(builds.release());
        };
    }

    /// A build or index that becomes a version when it is pushed under the version's tag.
    ///
    /// @param version absent if a build states none; then it cannot be pushed under a tag
    /// @param annotations of the manifest
    record Release(
            Repository.Kind kind,
            Optional<Version> version,
            SortedMap<String, String> annotations,
            List<ReleaseBuild> builds) {}

    /// One build of a release.
    ///
    /// @param size of the layers together, as stored, in bytes
    /// @param config the config blob, JSON
    /// @param counted the blob whose last byte makes a download: the config, or the kernel file of a kernel release
    record ReleaseBuild(
            Arch arch, Digest digest, long size, String config, Digest counted, List<ReleaseLayer> layers) {}

    /// One layer of a package's build, or one file of a kernel release.
    ///
    /// @param label its kind, or the file's title
    /// @param size in bytes, as stored
    record ReleaseLayer(String label, Digest digest, long size, Optional<Digest> diffId) {}
}
