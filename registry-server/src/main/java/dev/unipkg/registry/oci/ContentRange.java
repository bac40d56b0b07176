package dev.unipkg.registry.oci;

import dev.unipkg.registry.problems.Rejection;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The `Content-Range` of an upload's chunk: `<first>-<last>`, both included (distribution-spec, "Pushing a
/// blob in chunks"), which is not the form that RFC 9110 gives the header.
final class ContentRange {

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    private ContentRange() {}

    /// Where the chunk begins; empty where the client does not say.
    static OptionalLong offset(HttpHeaders headers) {
        String range = headers.getHeaderString("Content-Range");
        if (range == null) {
            return OptionalLong.empty();
        }
        Matcher parts = RANGE.matcher(range);
        if (!parts.matches()) {
            throw new Rejection.BadRequest("Content-Range", "<first byte>-<last byte>, both included").asException();
        }
        long first = Long.parseLong(parts.group(1));
        long last = Long.parseLong(parts.group(2));
        requireLength(Door.length(headers.getHeaderString(HttpHeaders.CONTENT_LENGTH)), last - first + 1);
        return OptionalLong.of(first);
    }

    private static void requireLength(OptionalLong contentLength, long rangeLength) {
        if (contentLength.isPresent() && contentLength.getAsLong() != rangeLength) {
            throw new Rejection.BadRequest(
                            "Content-Range", "as many bytes as Content-Length says: " + contentLength.getAsLong())
                    .asException();
        }
    }
}
