package dev.unipkg.api;

import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A package.
///
/// @param description of the latest version, as are licenses, source and documentation
/// @param latest the version that the tag `latest` means; empty before the first one
/// @param tags the tags that were moved by hand, and where they point
/// @param versions how many there are
/// @param updated when a version was last published
/// @param downloads of all versions; absent where the registry does not count
public record PackageInfo(
        PackageName name,
        Optional<String> description,
        Optional<String> licenses,
        Optional<String> source,
        Optional<String> documentation,
        Optional<Version> latest,
        SortedMap<String, Version> tags,
        long versions,
        Optional<Instant> updated,
        Optional<Downloads> downloads)
        implements ApiRecord {

    public PackageInfo {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
}
