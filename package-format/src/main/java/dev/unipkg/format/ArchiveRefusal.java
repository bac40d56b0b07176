package dev.unipkg.format;

import static dev.unipkg.format.Refusal.quoted;

/// Why a layer or another archive is not read, or a tree is not written as one.
public sealed interface ArchiveRefusal extends Refusal {

    /// A path with the name `..`.
    record UnsafePath(String path) implements ArchiveRefusal {}

    /// A path whose bytes are not UTF-8.
    ///
    /// @param path as far as it can be shown
    record PathNotUtf8(String path) implements ArchiveRefusal {}

    /// A path with a control character: U+0000 to U+001F, or U+007F.
    record ControlCharacter(String path) implements ArchiveRefusal {}

    /// A path with a name of more bytes than file systems take.
    record NameTooLong(String path, int limitBytes) implements ArchiveRefusal {}

    /// A path that is written in another way than paths of a tree are.
    record InvalidPath(String path, String detail) implements ArchiveRefusal {}

    /// A symlink whose target is absolute or leads out of the root.
    record LinkLeavesRoot(String path, String target) implements ArchiveRefusal {}

    /// Symlinks that lead to each other.
    record LinkLoop(String path) implements ArchiveRefusal {}

    /// A device, socket or pipe.
    record Device(String path, String type) implements ArchiveRefusal {}

    /// A hard link.
    record HardLink(String path) implements ArchiveRefusal {}

    /// A sparse file, a volume header or another kind of entry that is not a file, directory or symlink.
    record UnknownEntry(String path, String type) implements ArchiveRefusal {}

    /// The same path twice.
    record DuplicateEntry(String path) implements ArchiveRefusal {}

    /// Two paths that are one where names are compared in a Unicode form, as on macOS.
    record EqualNames(String path, String other) implements ArchiveRefusal {}

    /// An entry below something that is no directory, or a directory that was not announced before its entries.
    record NoParent(String path) implements ArchiveRefusal {}

    /// A file and a directory of the same path, in layers that should merge.
    record Conflict(String path, String detail) implements ArchiveRefusal {}

    /// A path with more bytes than allowed.
    record PathTooLong(String path, int limitBytes) implements ArchiveRefusal {}

    /// A link target with more bytes than allowed.
    record LinkTooLong(String path, int limitBytes) implements ArchiveRefusal {}

    /// Directories within each other, more than allowed.
    record PathTooDeep(String path, int limit) implements ArchiveRefusal {}

    /// More entries than allowed.
    record TooManyEntries(int limit) implements ArchiveRefusal {}

    /// More bytes, uncompressed, than allowed.
    record UnpacksTooLarge(long limitBytes) implements ArchiveRefusal {}

    /// The compressed form holds more times its own size than allowed: a bomb.
    record Bomb(long limitRatio) implements ArchiveRefusal {}

    /// The archive or a compressed frame ends too early.
    record Truncated(String what) implements ArchiveRefusal {}

    /// The compressed or archived form is damaged.
    record Corrupt(String what, String detail) implements ArchiveRefusal {}

    /// A sound archive, but not in the one form that a layer has.
    record NotCanonical(String path, String detail) implements ArchiveRefusal {}

    /// Something follows the end: another frame, another archive, or garbage.
    record TrailingBytes(String what) implements ArchiveRefusal {}

    /// A pax record gives an entry another size than its header, or a size at all: two readers could take other
    /// bytes for its content.
    record SizesDisagree(String path, long headerSize, String paxSize) implements ArchiveRefusal {}

    /// A compression that is not known.
    record UnknownCompression(String mediaType) implements ArchiveRefusal {}

    @Override
    default String sentence() {
        return switch (this) {
            case UnsafePath(var path) -> "the path " + quoted(path) + " could leave the root; write it without ..";
            case PathNotUtf8(var path) -> "the path " + quoted(path) + " is not UTF-8; rename it";
            case ControlCharacter(var path) -> "the path " + quoted(path) + " has a control character; rename it";
            case NameTooLong(var path, var limit) ->
                "the path " + quoted(path) + " has a name of more than " + limit + " bytes; rename it";
            case InvalidPath(var path, var detail) -> "the path " + quoted(path) + " " + detail;
            case LinkLeavesRoot(var path, var target) ->
                "the link " + quoted(path) + " leads out of the root, to " + quoted(target);
            case LinkLoop(var path) -> "the link " + quoted(path) + " leads back to itself";
            case Device(var path, var type) ->
                quoted(path) + " is a " + type + "; expected files, directories and symlinks";
            case HardLink(var path) -> quoted(path) + " is a hard link; expected files, directories and symlinks";
            case UnknownEntry(var path, var type) ->
                quoted(path) + " is an entry of the type " + quoted(type)
                        + "; expected files, directories and symlinks";
            case DuplicateEntry(var path) -> quoted(path) + " is there twice";
            case EqualNames(var path, var other) ->
                quoted(path) + " and " + quoted(other) + " are one name in two Unicode forms; rename one";
            case NoParent(var path) -> quoted(path) + " lies in no directory of the archive";
            case Conflict(var path, var detail) -> quoted(path) + " " + detail;
            case PathTooLong(var path, var limit) -> "the path " + quoted(path) + " has more than " + limit + " bytes";
            case LinkTooLong(var path, var limit) ->
                "the target of the link " + quoted(path) + " has more than " + limit + " bytes";
            case PathTooDeep(var path, var limit) -> quoted(path) + " lies more than " + limit + " directories deep";
            case TooManyEntries(var limit) -> "more than " + limit + " entries";
            case UnpacksTooLarge(var limit) -> "more than " + limit + " bytes when unpacked";
            case Bomb(var limit) -> "unpacks to more than " + limit + " times its size";
            case Truncated(var what) -> what + " ends too early; it was cut off";
            case Corrupt(var what, var detail) -> what + " is damaged: " + detail;
            case NotCanonical(var path, var detail) -> quoted(path) + " is not written as layers are: " + detail;
            case TrailingBytes(var what) -> "something follows the end of " + what;
            case SizesDisagree(var path, var header, var pax) -> sizesDisagree(path, header, pax);
            case UnknownCompression(var mediaType) ->
                "cannot read " + quoted(mediaType) + "; expected a tar, plain or compressed with zstd";
        };
    }

    private static String sizesDisagree(String path, long headerSize, String paxSize) {
        return "the header of " + quoted(path) + " says " + headerSize + " bytes, its pax record " + quoted(paxSize)
                + "; expected the header alone";
    }
}
