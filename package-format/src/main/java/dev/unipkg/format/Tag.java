package dev.unipkg.format;

import java.util.regex.Pattern;

/// The grammar of an OCI tag (distribution-spec, "Pulling manifests"): `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
public final class Tag {

    /// The tag that a reference without a version means.
    public static final String LATEST = "latest";

    /// The channel that a kernel without a release means.
    public static final String STABLE = "stable";

    /// The grammar of tags, as a regular expression.
    public static final String RULE = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";

    private static final Pattern TAG = Pattern.compile(RULE);
    private static final Pattern AS_A_VERSION = Pattern.compile("v?[0-9].*");
    private static final String MOVABLE_RULE =
            "a word that does not begin as versions do, with a digit or with v and a digit";

    private Tag() {}

    /// Whether `text` may be a tag.
    public static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    /// Whether a tag reads as a version's: it begins with a digit, or with a `v` and a digit. Others are words, what a
    /// registry attaches to a manifest (`sha256-…`), or nothing that has an order at all.
    public static boolean readsAsVersion(String tag) {
        return AS_A_VERSION.matcher(tag).matches();
    }

    /// Returns the text if it may name a movable tag. A text that reads as a version may not.
    ///
    /// @param what a tag or a channel, for messages
    /// @throws RefusedException when it is outside the grammar of tags, or reads as a version
    public static String requireMovable(String what, String text) throws RefusedException {
        if (!isTag(text)) {
            throw new NameRefusal.InvalidName(what, text, RULE).asException();
        }
        if (readsAsVersion(text)) {
            throw new NameRefusal.InvalidName(what, text, MOVABLE_RULE).asException();
        }
        return text;
    }
}
