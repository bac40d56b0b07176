package dev.unipkg.registry.counts;

import dev.unipkg.api.PullNumber;
import dev.unipkg.format.Digest;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/// The headers of a GET that tell how it counts. All may be absent, as in requests of clients that know nothing of
/// counts.
///
/// @param isDownload whether it counts at all
/// @param number of the pull, which counts once
/// @param build the digest of the build that is pulled
public record DownloadHeaders(boolean isDownload, Optional<PullNumber> number, Optional<Digest> build) {

    /// Reads the headers of a request.
    ///
    /// @throws RejectedException where one of them has a value that it cannot have
    public static DownloadHeaders of(HttpHeaders headers) {
        Optional<String> download = header(headers, PullNumber.DOWNLOAD_HEADER);
        if (download.isPresent() && !download.get().equals(PullNumber.NO_DOWNLOAD)) {
            throw expected(PullNumber.DOWNLOAD_HEADER, PullNumber.NO_DOWNLOAD + ", or no such header");
        }
        return new DownloadHeaders(
                download.isEmpty(),
                header(headers, PullNumber.HEADER)
                        .map(text -> PullNumber.find(text)
                                .orElseThrow(() -> expected(
                                        PullNumber.HEADER,
                                        "a day and 32 hex digits, as in 2026-01-31-0123456789abcdef0123456789abcdef"))),
                header(headers, PullNumber.BUILD_HEADER).map(DownloadHeaders::digest));
    }

    private static Digest digest(String text) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw expected(PullNumber.BUILD_HEADER, "the digest of the build's manifest");
        }
    }

    private static Optional<String> header(HttpHeaders headers, String name) {
        return Optional.ofNullable(headers.getHeaderString(name));
    }

    private static RejectedException expected(String header, String rule) {
        return new Rejection.BadRequest(header, rule).asException();
    }
}
