package dev.unipkg.cli.compose;

import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.kernels.Image;

/// An image on the shelf, and what went into it.
///
/// @param config of the build
/// @param choices merged: what the image was made with and the machine should have
/// @param kernel its family, release and architecture
/// @param build the digest of the build's manifest
/// @param key the digest of all that went in; the same inputs have the same key and are composed once
public record ComposedImage(
        PackageName name,
        Version version,
        Image image,
        ImageConfig config,
        Choices choices,
        KernelOnShelf kernel,
        Digest build,
        Digest key) {

    /// `namespace/name:version`.
    @Override
    public String toString() {
        return name + ":" + version;
    }
}
