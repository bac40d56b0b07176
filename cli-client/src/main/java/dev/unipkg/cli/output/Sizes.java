package dev.unipkg.cli.output;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Byte counts as people write them: `64K`, `512M`, `2 GiB` (powers of 1024), and whatever a package's settings take.
public final class Sizes {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}) ?(?:([KMGT])(?:IB?|B)?|B)?");
    private static final long LEAST_MEMORY = 1 << 20;
    private static final String UNITS = "KMGT";

    private Sizes() {}

    /// A size for people: `17 B`, `1.5 MiB`.
    public static String shown(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < UNITS.length() - 1) {
            value /= 1024;
            unit++;
        }
        return "%.1f %siB".formatted(value, UNITS.charAt(unit));
    }

    /// Reads `512M`, `2G`, `2 GiB` or plain bytes.
    ///
    /// @throws Failure with the usage code when the text is not a size
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw Failure.usage(
                    "not a size: \"" + text + "\"; expected bytes or a number with K, M, G or T, as in 512M");
        }
        long value = Long.parseLong(matcher.group(1));
        int thousands = matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
        for (int i = 0; i < thousands; i++) {
            value = multiply(value, text);
        }
        return value;
    }

    /// Reads the memory of a machine. A size below any machine's is refused, because a missing unit does not
    /// mean bytes.
    ///
    /// @throws Failure with the usage code when it is none
    public static long parseMemory(String text) {
        long bytes = parse(text);
        if (bytes < LEAST_MEMORY) {
            throw Failure.usage("\"%s\" is too little memory for any machine; without a unit it counts bytes"
                            .formatted(text))
                    .next(
                            text.matches("[0-9]+") && bytes > 0
                                    ? "say it with a unit, as in " + text + "M"
                                    : "say for instance 512M");
        }
        return bytes;
    }

    private static long multiply(long value, String text) {
        try {
            return Math.multiplyExact(value, 1024L);
        } catch (ArithmeticException e) {
            throw Failure.usage("a size too large for any machine: \"" + text + "\"")
                    .causedBy(e);
        }
    }
}
