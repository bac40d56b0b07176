package dev.unipkg.registry.oci;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The range that a `Range` header selects from content of a known size (RFC 9110, section 14). One range is
/// honoured; a request for several, or in another unit, gets all of the content, as the RFC allows.
public sealed interface ByteRange {

    /// Everything, from the first byte.
    record Whole(long size) implements ByteRange {}

    /// `length` bytes from `offset`, at least one.
    record Part(long offset, long length, long size) implements ByteRange {
        /// The value of `Content-Range`.
        public String contentRange() {
            return "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
        }
    }

    /// Nothing that the content has.
    record Unsatisfiable(long size) implements ByteRange {
        /// The value of `Content-Range`.
        public String contentRange() {
            return "bytes */" + size;
        }
    }

    Pattern ONE_RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /// Reads the header's value; absent asks for everything.
    static ByteRange of(@Nullable String header, long size) {
        if (header == null) {
            return new Whole(size);
        }
        Matcher range = ONE_RANGE.matcher(header);
        if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
            return new Whole(size);
        }
        long offset;
        long end;
        if (range.group(1).isEmpty()) {
            offset = Math.max(0, size - Long.parseLong(range.group(2)));
            end = size;
        } else {
            offset = Long.parseLong(range.group(1));
            end = range.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(range.group(2)) + 1);
        }
        return offset < end ? new Part(offset, end - offset, size) : new Unsatisfiable(size);
    }
}
