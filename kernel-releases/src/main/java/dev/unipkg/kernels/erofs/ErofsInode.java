package dev.unipkg.kernels.erofs;

import java.nio.ByteBuffer;

/// A compact inode: `struct erofs_inode_compact` of `fs/erofs/erofs_fs.h`.
///
/// @param mode type and permissions, as in stat(2)
/// @param links names that it has; for a directory two and one for each directory in it
/// @param size of its data, in bytes, below 4 GiB
/// @param block where its data begin
record ErofsInode(int mode, int links, long size, long block) {

    static final int BYTES = 32;

    /// The largest 16-bit link count. A directory with more links stores 1, which programs read as an unknown count.
    private static final int MAX_LINKS = 0xffff;

    /// @param number for programs that know 32 bits of it only
    void put(ByteBuffer table, int number) {
        int noHints = 0;
        table.putShort((short) noHints).putShort((short) 0);
        table.putShort((short) mode).putShort((short) (links > MAX_LINKS ? 1 : links));
        table.putInt((int) size).putInt(0);
        table.putInt((int) block).putInt(number);
        table.putShort((short) 0).putShort((short) 0).putInt(0);
    }
}
