package dev.unipkg.kernels.nanos.tfs;

/// A run of blocks that holds a stretch of a file or of the log.
///
/// @param fileBlock where the stretch begins in the file, in blocks of 512 bytes
/// @param block where it lies, in blocks from the start of the partition
/// @param blocks how many blocks hold data
/// @param allocated how many blocks belong to it, the rest being room to grow
public record Extent(long fileBlock, long block, long blocks, long allocated) {

    /// Whether the blocks that belong to both have one in common.
    boolean overlaps(Extent other) {
        return block < other.block + other.allocated && other.block < block + allocated;
    }
}
