package dev.unipkg.format;

import static dev.unipkg.format.Refusal.quoted;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Why bytes are not taken: they are not those that were announced, too many, or there is no room for them.
public sealed interface ContentRefusal extends Refusal {

    /// The bytes are others than the digest promises.
    record DigestMismatch(Digest expected, Digest actual) implements ContentRefusal {}

    /// There are more or fewer bytes than announced.
    record SizeMismatch(long expectedBytes, long actualBytes) implements ContentRefusal {}

    /// The content goes on behind the announced number of bytes.
    record Overlong(long expectedBytes) implements ContentRefusal {}

    /// The connection or file ended before the announced number of bytes.
    record CutOff(long expectedBytes, long receivedBytes) implements ContentRefusal {}

    /// `what` has more bytes than allowed.
    record TooLarge(String what, long limitBytes) implements ContentRefusal {}

    /// A part of an upload does not continue where the upload stands.
    record OffsetMismatch(long expectedOffset, long actualOffset) implements ContentRefusal {}

    /// An upload session that does not exist, has ended or has expired.
    record UnknownUpload(String upload) implements ContentRefusal {}

    /// More upload sessions are open than allowed.
    record TooManyUploads(int limit) implements ContentRefusal {}

    /// A manifest or index names blobs or manifests that were never uploaded.
    record AbsentContent(List<Digest> digests) implements ContentRefusal {
        public AbsentContent {
            digests = List.copyOf(digests);
        }
    }

    /// The file system has no room for the file that is being written.
    ///
    /// @param where the path for the person to look at
    /// @param neededBytes the size of the file
    /// @param missingBytes the part of it that has no room
    record DiskFull(String where, long neededBytes, long missingBytes) implements ContentRefusal {
        /// A full disk where the missing size is unknown.
        public DiskFull(String where, long neededBytes) {
            this(where, neededBytes, neededBytes);
        }
    }

    /// The namespace would have more bytes than it may, each content counted once.
    ///
    /// @param neededBytes those that are new to it
    record NamespaceFull(String namespace, long usedBytes, long neededBytes, long limitBytes)
            implements ContentRefusal {}

    /// Whether writing failed for want of room. Java has no type for these errors; the texts are those of `strerror`
    /// for ENOSPC, EDQUOT and EFBIG.
    static boolean isDiskFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left")
                || message.contains("quota exceeded")
                || message.contains("file too large");
    }

    @Override
    default String sentence() {
        return switch (this) {
            case DigestMismatch(var expected, var actual) -> "the content is " + actual + ", expected " + expected;
            case SizeMismatch(var expected, var actual) -> "the content has " + actual + " bytes, expected " + expected;
            case Overlong(var expected) -> "the content has more than the expected " + expected + " bytes";
            case CutOff(var expected, var received) ->
                "cut off after " + received + " of " + expected + " bytes; send it again or resume there";
            case TooLarge(var what, var limit) -> what + " has more than " + limit + " bytes, which is the limit here";
            case OffsetMismatch(var expected, var actual) ->
                "the upload continues at byte " + expected + ", but this part starts at byte " + actual;
            case UnknownUpload(var upload) ->
                "the upload " + quoted(upload) + " does not exist, has ended or has expired; start a new one";
            case TooManyUploads(var limit) ->
                limit + " uploads are open, which is the limit here; try again when some have ended";
            case AbsentContent(var digests) ->
                "names content that was not uploaded: "
                        + digests.stream().limit(10).map(Digest::toString).collect(Collectors.joining(", "))
                        + (digests.size() > 10 ? " and " + (digests.size() - 10) + " more" : "")
                        + "; upload it first";
            case DiskFull(var where, var needed, var missing) ->
                "no room for " + needed + " bytes at " + quoted(where)
                        + (missing < needed ? ", " + missing + " bytes are missing" : "")
                        + "; free some space and try again";
            case NamespaceFull(var namespace, var used, var needed, var limit) ->
                "the namespace " + quoted(namespace) + " has " + used + " of " + limit + " bytes, and no room for "
                        + needed + " more; delete what is not needed, or ask the registry's operator for more room";
        };
    }
}
