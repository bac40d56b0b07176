package dev.unipkg.registry.catalog;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.format.Version;

/// The content that a GET or HEAD asks for.
public sealed interface HotKey {

    /// A blob of a repository.
    record BlobKey(RepositoryName repository, Digest digest) implements HotKey {}

    /// A manifest or index by its digest.
    record ManifestKey(RepositoryName repository, Digest digest) implements HotKey {}

    /// A manifest or index by its tag.
    record TagKey(RepositoryName repository, String tag) implements HotKey {}

    /// The native API's document of a version.
    record VersionKey(PackageName repository, Version version) implements HotKey {}

    /// The key of a manifest.
    ///
    /// @param reference a tag or a digest
    /// @throws IllegalArgumentException where it has the colon of a digest and is none
    static HotKey ofManifest(RepositoryName repository, String reference) {
        return reference.indexOf(':') < 0
                ? new TagKey(repository, reference)
                : new ManifestKey(repository, Digest.parseAny(reference));
    }
}
