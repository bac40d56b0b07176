package dev.unipkg.kernels.nanos.tfs;

/// Limits for reading an untrusted image. A value equal to its limit is allowed.
///
/// @param logBytes of all log extensions together
/// @param values that the log encodes, and nodes that the tree has
/// @param depth of a path, in names
/// @param fileBytes of one file that is read or extracted
public record TfsLimits(long logBytes, int values, int depth, long fileBytes) {

    /// The largest heap size of one value and the objects that hold it.
    private static final long HEAP_BYTES_PER_VALUE = 512;

    private static final int MAX_VALUES = 10_000_000;
    private static final long MAX_LOG_BYTES = 256L << 20;

    /// Paths of 512 names, files of 1 TiB, and as much of a log as this virtual machine has memory for: ten values
    /// are a file, so that a heap of 1 GiB reads about 200,000 of them.
    public static final TfsLimits DEFAULT = ofHeap(Runtime.getRuntime().maxMemory());

    public TfsLimits {
        if (logBytes < 0 || values < 0 || depth < 0 || depth > 1 << 20 || fileBytes < 0) {
            throw new IllegalArgumentException("a limit is negative or beyond reason");
        }
    }

    /// The limits with which even a hostile log is read within `heapBytes`.
    static TfsLimits ofHeap(long heapBytes) {
        int values = (int) Math.min(MAX_VALUES, heapBytes / HEAP_BYTES_PER_VALUE);
        return new TfsLimits(Math.min(MAX_LOG_BYTES, heapBytes / 16), values, 512, 1L << 40);
    }

    /// Directories within each other are tuples in tuples, two for each name.
    int tupleDepth() {
        return 2 * depth + ValueEncoder.MAX_ATTRIBUTE_DEPTH;
    }
}
