package dev.unipkg.kernels.nanos.tfs;

/// How much an image that somebody else made may ask of its reader. Reaching a limit is allowed, passing it is
/// not.
///
/// @param logBytes of all log extensions together
/// @param values that the log encodes, and nodes that the tree has
/// @param depth of a path, in names
/// @param fileBytes of one file that is read or extracted
public record TfsLimits(long logBytes, int values, int depth, long fileBytes) {

    /// 64 MiB of log, 4 million values (about 400,000 files), paths of 512 names, files of 1 TiB.
    public static final TfsLimits DEFAULT = new TfsLimits(64L << 20, 4_000_000, 512, 1L << 40);

    public TfsLimits {
        if (logBytes < 0 || values < 0 || depth < 0 || depth > 1 << 20 || fileBytes < 0) {
            throw new IllegalArgumentException("a limit is negative or beyond reason");
        }
    }

    /// Directories within each other are tuples in tuples, two for each name.
    int tupleDepth() {
        return 2 * depth + ValueEncoder.MAX_ATTRIBUTE_DEPTH;
    }
}
