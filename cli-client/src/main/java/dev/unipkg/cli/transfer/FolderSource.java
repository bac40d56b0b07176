package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.Digest;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/// Content by digest in files: the shelf's, or those of an OCI image layout (image-spec, image-layout.md).
///
/// @param files where the bytes of a digest are
public record FolderSource(Function<Digest, Path> files) implements VersionPush.Source {

    /// The packages that were built here.
    public static FolderSource of(Shelf shelf) {
        return new FolderSource(shelf::blob);
    }

    /// The blobs of an OCI image layout.
    public static FolderSource of(Path layout) {
        return new FolderSource(
                digest -> layout.resolve("blobs").resolve("sha256").resolve(digest.hex()));
    }

    @Override
    public boolean has(Descriptor descriptor) throws IOException {
        Path file = files.apply(descriptor.digest());
        return Files.exists(file) && Files.size(file) == descriptor.size();
    }

    @Override
    public byte[] document(Descriptor descriptor) throws IOException {
        Path file = present(descriptor);
        if (Files.size(file) > JsonLimits.DOCUMENT_BYTES) {
            throw Failure.refused("too-large", file + " is too large for a manifest");
        }
        return Files.readAllBytes(file);
    }

    @Override
    public InputStream openAt(Descriptor descriptor, long offset) throws IOException {
        InputStream in = Files.newInputStream(present(descriptor));
        in.skipNBytes(offset);
        return in;
    }

    private Path present(Descriptor descriptor) throws IOException {
        Path file = files.apply(descriptor.digest());
        if (!Files.exists(file)) {
            throw Failure.notFound("%s is not there: no file %s".formatted(descriptor.digest(), file))
                    .next("build it here, or push from an OCI layout that is complete");
        }
        // The registry would find it too, but cannot know which file it was.
        if (Files.size(file) != descriptor.size()) {
            throw Failure.refused(
                            "digest-mismatch",
                            "%s is damaged: it has %d bytes, expected %d"
                                    .formatted(file, Files.size(file), descriptor.size()))
                    .next("build it here again, or push from an OCI layout that is whole");
        }
        return file;
    }
}
