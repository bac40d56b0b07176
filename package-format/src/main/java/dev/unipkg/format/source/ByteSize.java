package dev.unipkg.format.source;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number of bytes as people write it: `268435456`, `256 MiB`, `256M` or `256m`. Units are powers of 1024.
public final class ByteSize {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}) ?(?:([kmgt])(?:ib?)?|b)?");

    private ByteSize() {}

    /// Reads a size.
    ///
    /// @return bytes, at most 2^53 - 1
    /// @throws IllegalArgumentException when it is outside the grammar or larger
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            int power = matcher.group(2) == null ? 0 : "kmgt".indexOf(matcher.group(2)) + 1;
            long number = Long.parseLong(matcher.group(1));
            if (number <= ((1L << 53) - 1) >> (10 * power)) {
                return number << (10 * power);
            }
        }
        throw new IllegalArgumentException("not a size: " + text + "; expected as in 512 MiB or 2 GiB");
    }
}
