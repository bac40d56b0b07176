package dev.unipkg.format.layer;

import dev.unipkg.format.Digest;

/// A layer that was written.
///
/// @param blob the digest of the compressed layer, under which it is stored
/// @param blobSize its bytes
/// @param diffId the digest of the tar inside, which names the tree
/// @param tarSize its bytes
public record WrittenLayer(Digest blob, long blobSize, Digest diffId, long tarSize) {}
