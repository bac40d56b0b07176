package dev.unipkg.format.tree;

/// How large a tree may become while it is put together. Reaching a limit is allowed, passing it is not.
///
/// @param bytes of all file contents together
/// @param entries files, directories and links, without the root
/// @param pathLength of a path, in bytes of UTF-8
/// @param linkLength of a link's target, in bytes of UTF-8
/// @param depth of a path, in names
public record TreeLimits(long bytes, int entries, int pathLength, int linkLength, int depth) {

    /// 16 GiB, one million entries, 1024 bytes of path and of link, 64 levels.
    public static final TreeLimits DEFAULT = new TreeLimits(16L << 30, 1_000_000, 1024, 1024, 64);

    public TreeLimits {
        if (bytes < 0 || entries < 0 || pathLength < 0 || linkLength < 0 || depth < 0) {
            throw new IllegalArgumentException("a limit is negative");
        }
    }
}
