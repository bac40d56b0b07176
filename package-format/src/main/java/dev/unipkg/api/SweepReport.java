package dev.unipkg.api;

/// The result of a sweep or of a dry run.
///
/// @param dryRun whether nothing was changed
/// @param uploads that were abandoned and are ended
/// @param manifests that nothing named, and that were removed
/// @param found blobs that were in the store and in no row
/// @param condemned blobs that lost a lease, and that are looked at after the grace
/// @param deleted blobs that nothing pinned, and whose bytes were deleted
/// @param bytes of the deleted blobs
public record SweepReport(
        boolean dryRun, long uploads, long manifests, long found, long condemned, long deleted, long bytes)
        implements ApiRecord {}
