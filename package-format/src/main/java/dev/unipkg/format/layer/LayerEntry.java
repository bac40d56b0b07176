package dev.unipkg.format.layer;

import dev.unipkg.format.Digest;
import java.util.Optional;

/// One line of a layer's listing.
///
/// @param path as [dev.unipkg.format.tree.TreePath] writes it
/// @param size of a file's content in bytes, 0 for anything else
/// @param executable whether it is a file with mode 0755
/// @param linkTarget of a symbolic link, as written
/// @param sha256 of a file's content, where the reader was asked to compute it
public record LayerEntry(
        String path, Type type, long size, boolean executable, Optional<String> linkTarget, Optional<Digest> sha256) {

    /// The type of an entry.
    public enum Type {
        DIRECTORY,
        FILE,
        SYMLINK
    }

    static LayerEntry directory(String path) {
        return new LayerEntry(path, Type.DIRECTORY, 0, false, Optional.empty(), Optional.empty());
    }

    static LayerEntry file(String path, long size, boolean executable) {
        return new LayerEntry(path, Type.FILE, size, executable, Optional.empty(), Optional.empty());
    }

    static LayerEntry symlink(String path, String target) {
        return new LayerEntry(path, Type.SYMLINK, 0, false, Optional.of(target), Optional.empty());
    }

    LayerEntry withSha256(Optional<Digest> digest) {
        return new LayerEntry(path, type, size, executable, linkTarget, digest);
    }
}
