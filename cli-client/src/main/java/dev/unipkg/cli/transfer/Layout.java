package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An OCI image layout: a folder as `skopeo copy … oci:DIR` and `oras` write it (image-spec 1.1, image-layout.md).
public final class Layout {
    private Layout() {}

    /// The index of the one version in it.
    ///
    /// @throws Failure when it is no layout, or holds none or several
    public static byte[] version(Path folder) throws IOException {
        if (!Files.exists(folder.resolve("oci-layout")) || !Files.exists(folder.resolve("index.json"))) {
            throw Failure.notFound(folder + " is no OCI image layout: it lacks oci-layout or index.json");
        }
        byte[] top = Files.readAllBytes(folder.resolve("index.json"));
        List<Descriptor> indexes = Index.read(top).manifests().stream()
                .filter(descriptor -> descriptor.mediaType().equals(MediaTypes.IMAGE_INDEX))
                .toList();
        if (indexes.size() != 1) {
            throw Failure.refused(
                    "not-a-package",
                    "%s holds %d versions (image indexes), expected exactly one".formatted(folder, indexes.size()));
        }
        byte[] bytes = FolderSource.of(folder).document(indexes.getFirst());
        if (!Digest.of(bytes).equals(indexes.getFirst().digest())) {
            throw Failure.refused("digest-mismatch", folder + ": the index is not what its digest says");
        }
        return bytes;
    }
}
