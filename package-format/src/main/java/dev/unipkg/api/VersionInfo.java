package dev.unipkg.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A version of a package and its builds.
///
/// @param digest of its OCI index
/// @param downloads of all builds; absent where the registry does not count
public record VersionInfo(
        PackageName name,
        Version version,
        Digest digest,
        Instant published,
        List<BuildInfo> builds,
        Optional<Downloads> downloads)
        implements ApiRecord {

    public VersionInfo {
        builds = List.copyOf(builds);
    }

    /// The build for an architecture.
    public Optional<BuildInfo> build(Arch arch) {
        return builds.stream().filter(build -> build.arch() == arch).findFirst();
    }
}
