package dev.unipkg.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A kernel release and its files for each architecture.
///
/// @param family `nanos`, `linux` or `unikraft`
/// @param digest of its OCI index
public record KernelReleaseInfo(String family, Version version, Digest digest, Instant published, List<Build> builds)
        implements ApiRecord {

    public KernelReleaseInfo {
        builds = List.copyOf(builds);
    }

    /// The build for an architecture.
    public Optional<Build> build(Arch arch) {
        return builds.stream().filter(build -> build.arch() == arch).findFirst();
    }

    /// The release for one architecture.
    ///
    /// @param digest of its OCI manifest
    public record Build(Arch arch, Digest digest, List<File> files) implements ApiRecord {

        public Build {
            files = List.copyOf(files);
        }
    }

    /// One file of a release.
    ///
    /// @param title its path in the release, as in `klibs/tls`
    /// @param size in bytes
    public record File(String title, Digest digest, long size) implements ApiRecord {}
}
