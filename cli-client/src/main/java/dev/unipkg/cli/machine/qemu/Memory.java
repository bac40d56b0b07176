package dev.unipkg.cli.machine.qemu;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much memory a machine has.
///
/// @param mebibytes at least 1, at most 16 TiB
public record Memory(long mebibytes) {
    private static final long MAX_MEBIBYTES = 16L << 20;
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,8})M");

    public Memory {
        if (mebibytes < 1 || mebibytes > MAX_MEBIBYTES) {
            throw new IllegalArgumentException("not an amount of memory: " + mebibytes + "M; expected 1M to 16T");
        }
    }

    /// Reads what [#toString] writes, and nothing else: what a person types is a size in bytes.
    ///
    /// @throws IllegalArgumentException when the text is none
    public static Memory parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw new IllegalArgumentException("not an amount of memory: " + text + "; expected for instance 256M");
        }
        return new Memory(Long.parseLong(shape.group(1)));
    }

    /// The least whole number of MiB that holds `bytes`, at least one.
    public static Memory ofBytes(long bytes) {
        return new Memory(Math.max(1, (bytes + (1 << 20) - 1) >> 20));
    }

    public long bytes() {
        return mebibytes << 20;
    }

    /// In the words of QEMU's `-m`, for instance `256M`.
    @Override
    public String toString() {
        return mebibytes + "M";
    }
}
