package dev.unipkg.kernels.nanos.tfs;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/// A node of a TFS file system.
public sealed interface TfsNode {

    /// A directory.
    record Directory(SortedMap<String, TfsNode> children) implements TfsNode {
        public Directory {
            children = Collections.unmodifiableSortedMap(children);
        }
    }

    /// A regular file. Two names of one file (a hard link) hold the same object.
    ///
    /// @param size in bytes
    /// @param extents in the order of the file; what none of them covers reads as zeros
    record File(long size, List<Extent> extents) implements TfsNode {
        public File {
            extents = List.copyOf(extents);
        }
    }

    /// A symbolic link.
    record Symlink(String target) implements TfsNode {}

    /// Something the kernel made that holds no bytes, such as a socket.
    record Special() implements TfsNode {}

    /// A node whose attributes make no sense.
    record Broken(String why) implements TfsNode {}
}
