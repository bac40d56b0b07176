package dev.unipkg.format;

import java.util.regex.Pattern;

/// The grammar of an OCI tag (distribution-spec, "Pulling manifests"): `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
public final class Tag {

    /// The tag that a reference without a version means.
    public static final String LATEST = "latest";

    /// The channel that a kernel without a release means.
    public static final String STABLE = "stable";

    /// What a tag looks like, as a regular expression.
    public static final String RULE = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";

    private static final Pattern TAG = Pattern.compile(RULE);

    private Tag() {}

    /// Whether `text` may be a tag.
    public static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }
}
