package dev.unipkg.cli.machine;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much memory a machine has.
///
/// @param mebibytes at least 1, at most 16 TiB
public record Memory(long mebibytes) {
    private static final long MAX_MEBIBYTES = 16L << 20;
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,15})([kmgt]?)(?:i?b)?", Pattern.CASE_INSENSITIVE);

    public Memory {
        if (mebibytes < 1 || mebibytes > MAX_MEBIBYTES) {
            throw new IllegalArgumentException("not an amount of memory: " + mebibytes + "M; expected 1M to 16T");
        }
    }

    /// Reads `256M`, `1G`, `524288K`; a bare number counts MiB, as QEMU's `-m` does. Rounded up to a
    /// whole MiB.
    ///
    /// @throws IllegalArgumentException when the text is no such amount
    public static Memory parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw new IllegalArgumentException(
                    "not an amount of memory: " + text + "; expected for instance 256M or 1G");
        }
        long number = Long.parseLong(shape.group(1));
        return switch (shape.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> new Memory((number + 1023) / 1024);
            case "g" -> new Memory(Math.multiplyExact(number, 1L << 10));
            case "t" -> new Memory(Math.multiplyExact(number, 1L << 20));
            default -> new Memory(number);
        };
    }

    /// The least whole number of MiB that holds `bytes`, at least one.
    public static Memory ofBytes(long bytes) {
        return new Memory(Math.max(1, (bytes + (1 << 20) - 1) >> 20));
    }

    long bytes() {
        return mebibytes << 20;
    }

    /// In the words of QEMU's `-m`, for instance `256M`.
    @Override
    public String toString() {
        return mebibytes + "M";
    }
}
