package dev.unipkg.registry.catalog;

import dev.unipkg.format.Digest;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

/// One layer of a build; for a kernel release, one of its files.
///
/// @param label the layer's kind (`runtime`, `libs`, `config`), or the title of a kernel release's file
/// @param size in bytes, as stored
/// @param diffId the digest of the layer unpacked; absent for a kernel release's file
@Embeddable
public record BuildLayer(
        String label,
        Digest digest,
        long size,
        @Column(name = "diff_id") @Nullable Digest diffId) {}
