package dev.unipkg.cli.compose;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.kernels.Family;

/// A kernel release that was resolved; its manifest is known, its files are fetched when an image needs them.
///
/// @param manifest the release's manifest for the architecture
public record KernelOnShelf(Family family, Version version, Arch arch, Descriptor manifest) {
    public Digest digest() {
        return manifest.digest();
    }

    /// `family:version`.
    @Override
    public String toString() {
        return family + ":" + version;
    }
}
