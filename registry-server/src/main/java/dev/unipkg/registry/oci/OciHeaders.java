package dev.unipkg.registry.oci;

import dev.unipkg.registry.problems.Rejection;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The names and values of headers of the OCI API that JAX-RS does not name.
public final class OciHeaders {

    public static final String CONTENT_DIGEST = "Docker-Content-Digest";
    public static final String RANGE = "Range";
    public static final String IMMUTABLE = "public, max-age=31536000, immutable";
    public static final String REVALIDATE = "no-cache";
    public static final String PRIVATE = "private";

    /// For content whose every download is counted, so that no cache answers for the registry.

    static final String UPLOAD_UUID = "Docker-Upload-UUID";
    static final String SUBJECT = "OCI-Subject";
    static final String TAGS = "OCI-Tag";
    static final String FILTERS_APPLIED = "OCI-Filters-Applied";
    static final String WARNING = "Warning";

    private OciHeaders() {}

    /// The number of bytes that a request announces; empty where it announces none.
    ///
    /// @param text the `Content-Length`
    static OptionalLong length(@Nullable String text) {
        if (text == null) {
            return OptionalLong.empty();
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw new Rejection.BadRequest(
                            HttpHeaders.CONTENT_LENGTH, "how many bytes there are, in at most 18 decimal digits")
                    .asException();
        }
        return OptionalLong.of(Long.parseLong(text));
    }
}
