package dev.unipkg.bench;

/// The goal for our number, relative to the peer's.
sealed interface Goal {

    /// Our number over the peer's; more is better. Written `>=0.9x`.
    record AtLeast(double ratio) implements Goal {}

    /// Our number over the peer's; less is better. Written `<=1.5x`.
    record AtMost(double ratio) implements Goal {}

    /// Our number less the peer's, in their unit; less is better. Written `<=+150`.
    record Above(double difference) implements Goal {}

    /// Our number, in its unit, whatever the peer's; less is better. Written `<=100`.
    record Within(double limit) implements Goal {}

    /// Our number, in its unit, whatever the peer's; more is better. Written `>=1000`.
    record Beyond(double least) implements Goal {}

    static Goal parse(String text) {
        if (text.startsWith(">=") && text.endsWith("x")) {
            return new AtLeast(Double.parseDouble(text.substring(2, text.length() - 1)));
        }
        if (text.startsWith(">=")) {
            return new Beyond(Double.parseDouble(text.substring(2)));
        }
        if (text.startsWith("<=+")) {
            return new Above(Double.parseDouble(text.substring(3)));
        }
        if (text.startsWith("<=") && text.endsWith("x")) {
            return new AtMost(Double.parseDouble(text.substring(2, text.length() - 1)));
        }
        if (text.startsWith("<=")) {
            return new Within(Double.parseDouble(text.substring(2)));
        }
        throw new IllegalArgumentException("not a goal such as >=0.9x, >=1000, <=1.5x, <=+150 or <=100: " + text);
    }

    default boolean reached(double ours, double theirs) {
        return switch (this) {
            case AtLeast(var ratio) -> ours >= ratio * theirs;
            case AtMost(var ratio) -> ours <= ratio * theirs;
            case Above(var difference) -> ours <= theirs + difference;
            case Within(var limit) -> ours <= limit;
            case Beyond(var least) -> ours >= least;
        };
    }

    default String markdown(String unit) {
        return switch (this) {
            case AtLeast(var ratio) -> "≥ " + Row.number(ratio) + " ×";
            case AtMost(var ratio) -> "≤ " + Row.number(ratio) + " ×";
            case Above(var difference) -> "≤ +" + Row.number(difference) + " " + unit;
            case Within(var limit) -> "≤ " + Row.number(limit) + " " + unit;
            case Beyond(var least) -> "≥ " + Row.number(least) + " " + unit;
        };
    }
}
