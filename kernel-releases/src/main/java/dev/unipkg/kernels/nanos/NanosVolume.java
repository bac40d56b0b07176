package dev.unipkg.kernels.nanos;

import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.file.ImageFile;
import dev.unipkg.kernels.nanos.tfs.TfsWriter;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// A second disk: a TFS file system without a partition table, which an image mounts by its label or its UUID.
///
/// @param label at most 31 bytes; may be empty
/// @param uuid the identity of the volume; empty derives one from the label, the tree and what is in its files, which
///     two volumes of the same label and content then share
/// @param tree what is on it from the start
/// @param writableBytes how much data programs can write to it
public record NanosVolume(String label, Optional<UUID> uuid, FileTree tree, long writableBytes) {

    public NanosVolume {
        TfsWriter.requireLabel(label);
        if (writableBytes < 0) {
            throw new IllegalArgumentException("writable space is negative: " + writableBytes);
        }
    }

    /// Writes the volume as a sparse file. The target appears when it is whole, in the place of what was there.
    ///
    /// @throws dev.unipkg.format.RefusedException when the disk is full; nothing is left behind
    public void write(Path target) throws IOException {
        TfsWriter fs = TfsWriter.plan(tree.root(), Value.Tuple.EMPTY);
        long size = NanosImage.roundUp(fs.size(writableBytes));
        ImageFile.write(target, size, image -> {
            if (uuid.isPresent()) {
                fs.write(image, 0, label, uuid.get());
            } else {
                fs.write(image, 0, label);
            }
        });
    }
}
