package dev.unipkg.storage;

/// How much a store accepts.
///
/// @param maxBlobBytes the largest blob, in bytes
/// @param maxUploads how many upload sessions may be open at once
public record StoreLimits(long maxBlobBytes, int maxUploads) {

    /// 32 GiB for a blob, 1,000 open upload sessions.
    public static final StoreLimits DEFAULT = new StoreLimits(32L << 30, 1000);

    public StoreLimits {
        if (maxBlobBytes < 1 || maxUploads < 1) {
            throw new IllegalArgumentException(
                    "a store's limits are 1 or more, not " + maxBlobBytes + " bytes and " + maxUploads + " uploads");
        }
    }
}
