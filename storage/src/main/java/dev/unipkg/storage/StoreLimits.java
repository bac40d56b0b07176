package dev.unipkg.storage;

/// How much a store accepts.
///
/// @param maxBlobBytes the largest blob, in bytes
/// @param maxUploads how many upload sessions may be open at once
/// @param reserveBytes how much of a folder's file system stays free for others, in bytes
public record StoreLimits(long maxBlobBytes, int maxUploads, long reserveBytes) {

    /// 32 GiB for a blob, 1,000 open upload sessions, no reserve.
    public static final StoreLimits DEFAULT = new StoreLimits(32L << 30, 1000);

    public StoreLimits {
        if (maxBlobBytes < 1 || maxUploads < 1 || reserveBytes < 0) {
            throw new IllegalArgumentException("a store's limits are 1 or more and its reserve is not negative, not "
                    + maxBlobBytes + " bytes, " + maxUploads + " uploads and a reserve of " + reserveBytes);
        }
    }

    /// Without a reserve.
    public StoreLimits(long maxBlobBytes, int maxUploads) {
        this(maxBlobBytes, maxUploads, 0);
    }
}
