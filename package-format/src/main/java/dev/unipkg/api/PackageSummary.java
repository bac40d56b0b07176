package dev.unipkg.api;

import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One package in a list.
///
/// @param latest the version that the tag `latest` means; empty before the first one
/// @param archs that the latest version has builds for
/// @param updated when a version was last published
/// @param downloads of all versions; absent where the registry does not count
public record PackageSummary(
        PackageName name,
        Optional<Version> latest,
        Optional<String> description,
        List<Arch> archs,
        Optional<Instant> updated,
        Optional<Downloads> downloads)
        implements ApiRecord {

    public PackageSummary {
        archs = List.copyOf(archs);
    }
}
