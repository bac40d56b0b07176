package dev.unipkg.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One version of a package, or one release of a kernel family, in a list.
///
/// @param digest of its OCI index
/// @param archs that it has builds for
/// @param downloads of all builds; absent where the registry does not count
public record VersionSummary(
        Version version, Digest digest, Instant published, List<Arch> archs, Optional<Downloads> downloads)
        implements ApiRecord {

    public VersionSummary {
        archs = List.copyOf(archs);
    }
}
