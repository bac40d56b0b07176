package dev.unipkg.format;

import java.util.Optional;
import java.util.Set;

/// The version of a package or of a kernel release: `[A-Za-z0-9][A-Za-z0-9.+~-]*` without `+.`, where the version and
/// its [tag form][#tag] have at most 128 characters each.
///
/// Versions have one total order, consistent with `equals`. A version is read as numbers, words (letters, case
/// ignored) and the signs `.`, `-`, `+` and `~`; a leading `v` before a digit is ignored; between a word and a number
/// stands a `.` even where none is written. Two versions are compared part by part; where they differ, the order of
/// what can stand there is
///
/// 1. `~`
/// 2. the first pre-release word, together with a `.` or `-` before it: `dev`, `nightly` and `snapshot`, then `alpha`,
///    `beta`, `milestone`, `pre` and `preview`, `rc`; also `a1` and `b1` right after a number, and `-m1`
/// 3. the end of the version
/// 4. `+`
/// 5. `-`
/// 6. a number, by its value
/// 7. a word, alphabetically; behind `~` and `+` every word is an ordinary one
/// 8. `.`
///
/// So `1.0~rc1 < 1.0-alpha < 1.0-alpha.1 < 1.0-rc1 < 1.0 < 1.0+7 < 1.0-r1 < 1.0a < 1.0.1 < 1.9 < 1.10`. Versions that
/// differ in none of these (`1.0`, `1.00` and `v1.0`) are ordered by their text.
///
/// @param text the version as its publisher writes it
public record Version(String text) implements Comparable<Version> {

    /// The longest version, and the longest tag form of one, in characters.
    public static final int MAX_LENGTH = 128;

    private static final Set<String> MOVING = Set.of(Tag.LATEST, Tag.STABLE);

    public Version {
        Optional<String> problem = problemWith(text);
        if (problem.isPresent()) {
            throw new IllegalArgumentException("not a version: \"" + shown(text) + "\"; " + problem.get());
        }
    }

    /// Whether `text` may be a version.
    public static boolean isVersion(String text) {
        return problemWith(text).isEmpty();
    }

    /// The version whose [tag form][#tag] this is.
    ///
    /// @throws IllegalArgumentException when the tag is no version's
    public static Version ofTag(String tag) {
        if (tag.contains("+") || tag.contains("~")) {
            throw new IllegalArgumentException("not a tag: \"" + shown(tag) + "\"; + and ~ cannot stand in one");
        }
        return new Version(tag.replace("_.", "~").replace('_', '+'));
    }

    /// The version as an OCI tag, whose grammar has neither `+` nor `~`: `+` travels as `_`, as Helm does it, and `~`
    /// as `_.`. No two versions share a tag.
    public String tag() {
        return tagOf(text);
    }

    /// This version, when it may be published: as a version, `latest` and `stable` would mean one thing for ever.
    ///
    /// @throws RefusedException when it is one of them
    public Version requireFixed() throws RefusedException {
        if (MOVING.contains(text)) {
            throw new NameRefusal.MovingVersion(text).asException();
        }
        return this;
    }

    /// A text of ASCII characters whose plain order (by code unit, as PostgreSQL's collation `C`) is this order.
    public String sortKey() {
        return VersionOrder.sortKey(text);
    }

    /// Whether this version comes before the release it is named after: it has a `~` that is not
    /// behind a `+`, or a pre-release word.
    public boolean isPrerelease() {
        return VersionOrder.isPrerelease(text);
    }

    @Override
    public int compareTo(Version other) {
        return sortKey().compareTo(other.sortKey());
    }

    @Override
    public String toString() {
        return text;
    }

    private static String tagOf(String text) {
        return text.replace("~", "_.").replace('+', '_');
    }

    private static Optional<String> problemWith(String text) {
        if (text.isEmpty() || !isLetterOrDigit(text.charAt(0))) {
            return Optional.of("expected a letter or digit at its start");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && ".+~-".indexOf(c) < 0) {
                return Optional.of("expected letters, digits and . + ~ - only");
            }
        }
        if (text.contains("+.")) {
            return Optional.of("expected something between + and .");
        }
        if (tagOf(text).length() > MAX_LENGTH) {
            return Optional.of("expected at most " + MAX_LENGTH + " characters, where ~ counts twice");
        }
        return Optional.empty();
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static String shown(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }
}
