package dev.unipkg.cli.compose;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.cli.transfer.Resolved;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.kernels.Family;
import java.io.IOException;
import java.util.List;

/// A kernel release that was resolved; its manifest is known, its files are fetched when an image needs them.
///
/// @param manifest the release's manifest for the architecture
/// @param names to record once the files are on the shelf, see [Resolved#names]
public record KernelOnShelf(Family family, Version version, Arch arch, Descriptor manifest, List<Refs.Ref> names) {

    public KernelOnShelf {
        names = List.copyOf(names);
    }

    /// A release for one architecture.
    ///
    /// @throws Failure when it has no build for it
    public static KernelOnShelf of(Family family, Resolved release, Arch arch) throws IOException {
        return new KernelOnShelf(family, release.version(), arch, release.build(arch), release.names());
    }

    public Digest digest() {
        return manifest.digest();
    }

    /// `family:version`.
    @Override
    public String toString() {
        return family + ":" + version;
    }
}
