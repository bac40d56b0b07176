package dev.unipkg.registry.oci;

import dev.unipkg.format.BlockInputStream;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.registry.problems.Rejection;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The `Content-Range` of an upload's chunk: `<first>-<last>`, both included (distribution-spec, "Pushing a
/// blob in chunks"), which is not the form that RFC 9110 gives the header.
///
/// @param first where the chunk begins
/// @param length in bytes
record ContentRange(long first, long length) {

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    /// Reads the header of a request; empty if it is absent.
    static Optional<ContentRange> of(HttpHeaders headers) {
        String range = headers.getHeaderString("Content-Range");
        if (range == null) {
            return Optional.empty();
        }
        Matcher parts = RANGE.matcher(range);
        if (!parts.matches()) {
            throw new Rejection.BadRequest("Content-Range", "<first byte>-<last byte>, both included").asException();
        }
        long first = Long.parseLong(parts.group(1));
        long length = Long.parseLong(parts.group(2)) - first + 1;
        requireLength(OciHeaders.length(headers.getHeaderString(HttpHeaders.CONTENT_LENGTH)), length);
        return Optional.of(new ContentRange(first, length));
    }

    private static void requireLength(OptionalLong contentLength, long rangeLength) {
        if (rangeLength < 1) {
            throw new Rejection.BadRequest("Content-Range", "a last byte that is not before the first").asException();
        }
        if (contentLength.isPresent() && contentLength.getAsLong() != rangeLength) {
            throw new Rejection.BadRequest(
                            "Content-Range", "as many bytes as Content-Length says: " + contentLength.getAsLong())
                    .asException();
        }
    }

    /// The chunk's bytes, never more than announced: a body whose length nothing else tells may have others.
    /// The stream throws a [RefusedException] where it has.
    InputStream exactly(InputStream body) {
        return new BlockInputStream() {
            private long left = length;

            @Override
            public int read(byte[] bytes, int offset, int count) throws IOException {
                if (left == 0) {
                    if (body.read() >= 0) {
                        throw new ContentRefusal.Overlong(length).asException();
                    }
                    return -1;
                }
                int got = body.read(bytes, offset, (int) Math.min(count, left));
                if (got < 0) {
                    throw new ContentRefusal.CutOff(length, length - left).asException();
                }
                left -= got;
                return got;
            }
        };
    }
}
