package dev.unipkg.storage;

/// What storing a blob came to. Either way the blob is durable and visible when the answer is given.
public enum Put {
    /// The bytes were written by this call. Of several racing identical writes, more than one may answer so.
    STORED,
    /// The store held the blob before; the bytes offered were verified against the digest all the same.
    ALREADY_THERE
}
