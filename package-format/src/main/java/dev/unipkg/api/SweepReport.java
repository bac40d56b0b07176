package dev.unipkg.api;

/// What a sweep did, or would do.
///
/// @param dryRun whether nothing was changed
/// @param uploads that nobody came back to, and that were ended
/// @param manifests that nothing named, and that were removed
/// @param found blobs that were in the store and in no row
/// @param condemned blobs that lost a lease, and that are looked at after the grace
/// @param deleted blobs that nothing pinned, and whose bytes were deleted
/// @param bytes of the deleted blobs
public record SweepReport(
        boolean dryRun, long uploads, long manifests, long found, long condemned, long deleted, long bytes)
        implements ApiRecord {}
