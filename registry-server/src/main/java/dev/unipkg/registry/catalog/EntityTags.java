package dev.unipkg.registry.catalog;

import org.jspecify.annotations.Nullable;

/// Entity tags made of digests, and the conditions clients put on them (RFC 9110, section 13).
public final class EntityTags {

    private EntityTags() {}

    /// The entity tag of content with this digest.
    public static String of(String digest) {
        return '"' + digest + '"';
    }

    /// Whether an `If-None-Match` header names this digest, so that the client has the content.
    public static boolean match(@Nullable String ifNoneMatch, String digest) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",", -1)) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(of(digest)) || tag.equals("W/" + of(digest))) {
                return true;
            }
        }
        return false;
    }

    /// Whether a range may be sent: the client has no condition, or holds a part of this very content.
    public static boolean rangeHolds(@Nullable String ifRange, String digest) {
        return ifRange == null || ifRange.equals(of(digest));
    }
}
