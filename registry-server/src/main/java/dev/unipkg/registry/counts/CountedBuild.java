package dev.unipkg.registry.counts;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;

/// A build whose downloads are counted.
///
/// @param repository the id of its repository's row
/// @param manifest the digest of the build
public record CountedBuild(long repository, Version version, Arch arch, Digest manifest) {}
