package dev.unipkg.cli.registry;

import dev.unipkg.format.Digest;

/// A manifest or an index as the registry gave it.
///
/// @param mediaType as declared, without parameters
/// @param digest of the bytes, computed here
public record Document(byte[] bytes, String mediaType, Digest digest) {}
