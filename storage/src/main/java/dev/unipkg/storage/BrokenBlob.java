package dev.unipkg.storage;

import dev.unipkg.format.Digest;

/// A blob that the store does not hold as it was recorded.
///
/// @param size the recorded size, in bytes
/// @param found what is in its place, such as `12 bytes`
/// @param identity names the file or object that was looked at, and no later one in its place; empty where there is
///     none
public record BrokenBlob(Digest digest, long size, Fault fault, String found, String identity) {

    /// The ways in which a blob can be broken.
    public enum Fault {
        /// Nothing is there.
        ABSENT,
        /// It is shorter or longer than recorded.
        LENGTH,
        /// It has the recorded length, and other bytes or some that the disk does not give.
        CONTENT,
        /// A folder, a link or a device is in its place.
        NO_FILE,
        /// This process may not read it.
        UNREADABLE
    }

    /// A sentence for the operator.
    public String message() {
        return "blob " + digest + " is broken: expected " + size + " bytes of that digest, found " + found
                + "; clients are told that it is absent, and pushing the same bytes again repairs it";
    }
}
