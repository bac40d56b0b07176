package dev.unipkg.storage;

/// A part of a blob.
///
/// @param offset the first byte wanted, 0 or more; at or past the end of the blob, the part is empty
/// @param length how many bytes at most, 0 or more; a blob that ends sooner gives fewer
public record Range(long offset, long length) {

    /// All of a blob.
    public static final Range WHOLE = new Range(0, Long.MAX_VALUE);

    public Range {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException(
                    "a range has an offset and a length of 0 or more, not " + offset + " and " + length);
        }
    }

    /// How many bytes this range has of a blob of `size` bytes.
    long lengthIn(long size) {
        return Math.min(length, Math.max(0, size - offset));
    }
}
