package dev.unipkg.kernels.initrd;

import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;

/// The memory that a tree takes once Linux has unpacked it into ramfs. Measured with Linux 6.1: every file takes whole
/// pages, every link one page, and every entry an inode and a name of the kernel's own.
///
/// @param entries files, directories and links, without the root
/// @param fileBytes contents of files, each rounded up to whole pages: what `du` counts in the guest
/// @param memoryBytes all of it
public record Unpacked(long entries, long fileBytes, long memoryBytes) {

    /// The unit in which a file takes memory.
    public static final long PAGE_BYTES = 4096;

    /// An inode of 640 bytes and a directory entry of 192, as the kernel's allocator packs them, rounded up.
    private static final long ENTRY_BYTES = 1024;

    /// The kernel finds the pages of a file in nodes of 64; a file of one page needs none.
    private static final long PAGES_PER_NODE = 64;

    private static final long NODE_BYTES = 584;

    /// Adds up the tree.
    public static Unpacked of(FileTree tree) throws IOException {
        long[] sums = new long[2];
        tree.forEach((_, node) -> {
            sums[1] += ENTRY_BYTES;
            switch (node) {
                case Node.Directory _ -> {}
                case Node.Symlink _ -> sums[1] += PAGE_BYTES;
                case Node.File(Content content, boolean _) -> {
                    long pages = Math.ceilDiv(content.size(), PAGE_BYTES);
                    sums[0] += pages * PAGE_BYTES;
                    sums[1] += pages > 1 ? Math.ceilDiv(pages, PAGES_PER_NODE) * NODE_BYTES : 0;
                }
            }
        });
        return new Unpacked(tree.entries(), sums[0], sums[0] + sums[1]);
    }
}
