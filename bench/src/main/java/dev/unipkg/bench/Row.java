package dev.unipkg.bench;

import java.util.Locale;

/// One comparison: a number of ours beside a peer's, measured in the same run.
///
/// Between processes it travels as one line of tab-separated fields, in the order of the components.
///
/// @param what was measured
/// @param peer who stands beside us
/// @param unit of both numbers, such as `MB/s` or `ms`
record Row(String what, String peer, double ours, double theirs, String unit, Goal goal) {

    private static final int FIELDS = 6;

    static Row parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException(
                    "a row has " + FIELDS + " fields separated by tabs, not " + fields.length + ": " + line);
        }
        return new Row(
                fields[0],
                fields[1],
                Double.parseDouble(fields[2]),
                Double.parseDouble(fields[3]),
                fields[4],
                Goal.parse(fields[5]));
    }

    String markdown() {
        return "| %s | %s %s | %s %s | %s | %s | %s | %s |"
                .formatted(
                        what,
                        number(ours),
                        unit,
                        number(theirs),
                        unit,
                        peer,
                        number(ours / theirs),
                        goal.markdown(unit),
                        goal.reached(ours, theirs) ? "yes" : "no");
    }

    /// Three digits that matter, without an exponent.
    static String number(double value) {
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
