package dev.unipkg.registry.oci;

import dev.unipkg.format.Digest;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.problems.NamePart;
import dev.unipkg.registry.problems.Rejection;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The words of the OCI door: header names, paths, and how the parts of a path are read.
final class Door {

    static final String CONTENT_DIGEST = "Docker-Content-Digest";
    static final String UPLOAD_UUID = "Docker-Upload-UUID";
    static final String SUBJECT = "OCI-Subject";
    static final String TAGS = "OCI-Tag";
    static final String FILTERS_APPLIED = "OCI-Filters-Applied";
    static final String RANGE = "Range";
    static final String WARNING = "Warning";
    static final String IMMUTABLE = "public, max-age=31536000, immutable";
    static final String REVALIDATE = "no-cache";

    private Door() {}

    static PackageName repository(String namespace, String name) throws RefusedException {
        NamePart.require("namespace", namespace);
        NamePart.require("name", name);
        return new PackageName(namespace, name);
    }

    static Digest digest(String text) throws RefusedException {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    new NameRefusal.InvalidName("digest", text, "sha256: and 64 lowercase hex digits"), e);
        }
    }

    // Every algorithm's digests have a colon, which tags cannot have.
    static boolean isDigest(String reference) {
        return reference.indexOf(':') >= 0;
    }

    /// How many bytes a request says it has; empty where it does not say.
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
