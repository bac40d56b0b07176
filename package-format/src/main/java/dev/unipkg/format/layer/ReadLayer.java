package dev.unipkg.format.layer;

import dev.unipkg.format.Digest;
import java.util.List;

/// A layer that was read and is canonical.
///
/// @param blob the digest of the layer as it came, compressed
/// @param blobSize its bytes
/// @param diffId the digest of the tar inside
/// @param tarSize its bytes
/// @param entries in the order of the archive
public record ReadLayer(Digest blob, long blobSize, Digest diffId, long tarSize, List<LayerEntry> entries) {
    public ReadLayer {
        entries = List.copyOf(entries);
    }
}
