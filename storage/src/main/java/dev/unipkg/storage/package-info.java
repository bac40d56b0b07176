/// Bytes by digest: one [dev.unipkg.storage.BlobStore] contract, kept in a folder or in S3-compatible object
/// storage.
///
/// A blob is immutable and named by its digest, so there are no locks around blobs: two writers of the same
/// digest write the same bytes. Nothing is visible under a digest until it is whole, verified and durable.
@NullMarked
package dev.unipkg.storage;

import org.jspecify.annotations.NullMarked;
