package dev.unipkg.registry.ops;

import dev.unipkg.format.Digest;

/// A tarball in the blob store.
///
/// @param size in bytes
record Tarball(Digest digest, long size) {}
