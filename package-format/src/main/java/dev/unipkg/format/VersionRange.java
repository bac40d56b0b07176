package dev.unipkg.format;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A range of versions: comparisons that all hold, separated by spaces, as in `>=0.1.54 <0.2`. Each is `>=`, `>`,
/// `<=`, `<` or `=` and a version; a version alone means exactly that one. Versions are compared in [Version]'s order.
///
/// @param comparisons at least one, at most 16
public record VersionRange(List<Comparison> comparisons) {

    private static final int MAX_COMPARISONS = 16;

    public VersionRange {
        comparisons = List.copyOf(comparisons);
        if (comparisons.isEmpty()) {
            throw new IllegalArgumentException("not a range of versions: it is empty; expected as in >=1.2 <2");
        }
        if (comparisons.size() > MAX_COMPARISONS) {
            throw new IllegalArgumentException("not a range of versions: it has " + comparisons.size()
                    + " comparisons; expected at most " + MAX_COMPARISONS);
        }
        for (Comparison low : comparisons) {
            for (Comparison high : comparisons) {
                if (low.excludes(high)) {
                    throw new IllegalArgumentException(
                            "not a range of versions: no version is both " + low + " and " + high);
                }
            }
        }
    }

    /// Reads a range.
    ///
    /// @throws IllegalArgumentException when it is outside the grammar, or no version can be in it
    public static VersionRange parse(String text) {
        List<Comparison> comparisons = new ArrayList<>();
        for (String word : text.strip().split(" +")) {
            comparisons.add(Comparison.parse(word));
        }
        return new VersionRange(comparisons);
    }

    /// Whether the version is in the range.
    public boolean contains(Version version) {
        return comparisons.stream().allMatch(comparison -> comparison.holds(version));
    }

    @Override
    public String toString() {
        return comparisons.stream().map(Comparison::toString).collect(Collectors.joining(" "));
    }

    /// One comparison with a version.
    public record Comparison(Sign sign, Version version) {

        static Comparison parse(String word) {
            for (Sign sign : Sign.values()) {
                if (word.startsWith(sign.text)) {
                    return new Comparison(sign, new Version(word.substring(sign.text.length())));
                }
            }
            return new Comparison(Sign.EQUAL, new Version(word));
        }

        boolean holds(Version other) {
            int order = other.compareTo(version);
            return switch (sign) {
                case AT_LEAST -> order >= 0;
                case AT_MOST -> order <= 0;
                case ABOVE -> order > 0;
                case BELOW -> order < 0;
                case EQUAL -> order == 0;
            };
        }

        /// Whether all from here up, or just this one, are above all from there down.
        private boolean excludes(Comparison high) {
            boolean isLow = sign != Sign.AT_MOST && sign != Sign.BELOW;
            boolean isHigh = high.sign != Sign.AT_LEAST && high.sign != Sign.ABOVE;
            int order = version.compareTo(high.version);
            boolean isOpen = sign == Sign.ABOVE || high.sign == Sign.BELOW;
            return isLow && isHigh && (order > 0 || order == 0 && isOpen);
        }

        @Override
        public String toString() {
            return sign.text + version;
        }
    }

    /// How a version is compared; the longer signs come first, so that the first that fits is the right one.
    public enum Sign {
        AT_LEAST(">="),
        AT_MOST("<="),
        ABOVE(">"),
        BELOW("<"),
        EQUAL("=");

        private final String text;

        Sign(String text) {
            this.text = text;
        }
    }
}
