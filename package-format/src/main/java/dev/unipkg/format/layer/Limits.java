package dev.unipkg.format.layer;

/// How much of a stranger's archive is read before it is refused. Reaching a limit is allowed, passing it is not.
///
/// @param bytes of the uncompressed archive
/// @param entries of the archive
/// @param ratio of uncompressed to compressed bytes, looked at beyond [#RATIO_FREE_BYTES]
/// @param pathLength of a path, in bytes of UTF-8
/// @param linkLength of a link's target, in bytes of UTF-8
/// @param depth of a path, in names
/// @param names of all paths and link targets together, in bytes of UTF-8: they are held in memory, and a compressed
///     form may be a thousand times smaller
public record Limits(long bytes, int entries, long ratio, int pathLength, int linkLength, int depth, long names) {

    /// Archives up to this many uncompressed bytes may have any ratio: small ones can be all zeros, and honest.
    public static final long RATIO_FREE_BYTES = 16L << 20;

    /// 8 GiB, 200 000 entries, 1000 to 1, paths and targets of 1024 bytes and 32 MiB together, 64 levels.
    public static final Limits DEFAULT = new Limits(8L << 30, 200_000, 1000, 1024, 1024, 64, 32L << 20);

    public Limits {
        if (bytes < 0 || entries < 0 || ratio < 1 || pathLength < 0 || linkLength < 0 || depth < 0 || names < 0) {
            throw new IllegalArgumentException("a limit is negative, or a ratio less than 1");
        }
    }
}
