package dev.unipkg.registry.web;

import java.time.Instant;
import java.util.Locale;

/// Values as a person reads them.
final class Texts {

    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

    private Texts() {}

    /// The day in UTC, as in 2026-11-29.
    static String day(Instant time) {
        return time.toString().substring(0, "2026-11-29".length());
    }

    /// A size with one digit behind the point, as in 12.3 MiB.
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " bytes";
        }
        double value = bytes / 1024.0;
        int unit = 0;
        while (value >= 1023.95 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /// The text, or its first characters and an ellipsis.
    static String beginning(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(characters - 1)) ? characters - 1 : characters;
        return text.substring(0, end).strip() + "…";
    }

    /// The address, where a browser may be sent there; else nothing.
    static String link(String address) {
        return address.matches("https?://[^\\s]+") ? address : "";
    }
}
