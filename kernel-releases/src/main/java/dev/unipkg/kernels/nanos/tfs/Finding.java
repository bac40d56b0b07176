package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.Refusal;

/// Something that a check of an image or volume found. Together the cases say what a sound image is.
public sealed interface Finding {

    /// It cannot be read: what follows behind this was not looked at.
    record Unreadable(String where, Refusal refusal) implements Finding {}

    /// Two things claim the same blocks; written through one, the other is damaged.
    ///
    /// @param block the first block they share, counted from the start of the partition
    record Overlap(String first, String second, long block) implements Finding {}

    /// Something claims blocks that are not on the partition.
    record Outside(String owner, long block, long blocks) implements Finding {}

    /// A symbol is written out although it had a number in the dictionary. The image boots once; after the
    /// kernel's first write it does not boot again.
    record RepeatedSymbol(String name) implements Finding {}

    /// The log ends inside a record, which the kernel drops.
    record UnfinishedRecord(long missingBytes) implements Finding {}

    /// A node makes no sense.
    record BrokenNode(String path, String why) implements Finding {}

    /// A name that is not UTF-8, has control characters or is too long: it is not extracted.
    record UnusableName(String path) implements Finding {}

    /// An attribute without which the kernel does not start a program.
    record MissingAttribute(String name) implements Finding {}

    /// The program of the image is not in its tree.
    record MissingProgram(String path) implements Finding {}

    /// Bytes that are not zero and that nothing claims, as a deleted file leaves them behind.
    ///
    /// @param offset in bytes from the start of the disk
    record Unclaimed(long offset, long bytes) implements Finding {}

    /// Bytes that are not zero between the end of a file and the end of its last block.
    record Padding(String path) implements Finding {}

    /// The encoding of tools before 2024, which the kernel reads under protest.
    record OldEncoding(int version) implements Finding {}

    /// There are fewer free blocks than the kernel takes for logs of its own, so that no program can write.
    record NoRoom(long freeBlocks) implements Finding {}

    /// Whether the image works in spite of it.
    default boolean isHarmless() {
        return switch (this) {
            case Unclaimed _, Padding _, OldEncoding _, NoRoom _, UnusableName _ -> true;
            case Unreadable _,
                    Overlap _,
                    Outside _,
                    RepeatedSymbol _,
                    UnfinishedRecord _,
                    BrokenNode _,
                    MissingAttribute _,
                    MissingProgram _ -> false;
        };
    }

    /// One sentence for a person.
    default String message() {
        return switch (this) {
            case Unreadable(var where, var refusal) -> where + ": " + refusal.message();
            case Overlap(var first, var second, var block) ->
                Refusal.quoted(first) + " and " + Refusal.quoted(second) + " both claim block " + block;
            case Outside(var owner, var block, var blocks) ->
                Refusal.quoted(owner) + " claims " + blocks + " blocks at block " + block + ", outside its partition";
            case RepeatedSymbol(var name) ->
                "the symbol " + Refusal.quoted(name) + " is written out twice; the image will boot once only";
            case UnfinishedRecord(var missing) -> "the log ends inside a record; " + missing + " bytes are missing";
            case BrokenNode(var path, var why) -> Refusal.quoted(path) + " makes no sense: " + why;
            case UnusableName(var path) -> Refusal.quoted(path) + " has a name that cannot be extracted";
            case MissingAttribute(var name) -> "the root has no attribute " + name + ", which the kernel needs";
            case MissingProgram(var path) -> "the program " + Refusal.quoted(path) + " is not in the image";
            case Unclaimed(var offset, var bytes) -> bytes + " bytes at " + offset + " belong to nothing";
            case Padding(var path) -> "something stands behind the end of " + Refusal.quoted(path);
            case OldEncoding(var version) -> "the file system has the old version " + version;
            case NoRoom(var free) -> "only " + free + " blocks are free; a program cannot write without 2049 or more";
        };
    }
}
