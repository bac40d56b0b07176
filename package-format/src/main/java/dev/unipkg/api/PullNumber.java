package dev.unipkg.api;

import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The random number of one pull. A client sends it with the request that completes the pull, and with every retry of
/// that request, so that the registry counts the pull once. It says nothing about the client, and two pulls share
/// nothing.
///
/// As text: the day on which it was drawn, in UTC, and 32 hex digits, as in
/// `2026-11-30-0123456789abcdef0123456789abcdef`.
///
/// @param number 128 random bits
public record PullNumber(LocalDate day, UUID number) {

    /// The request header that carries a number.
    public static final String HEADER = "Unipkg-Pull";

    /// The request header that names the build's manifest by digest, for configs that several versions share.
    public static final String BUILD_HEADER = "Unipkg-Build";

    /// The request header that says whether a GET is meant as a download. The registry answers with a header of the
    /// same name where a GET of this blob can count.
    public static final String DOWNLOAD_HEADER = "Unipkg-Download";

    /// The value of [#DOWNLOAD_HEADER] for a GET that is no download.
    public static final String NO_DOWNLOAD = "none";

    /// The value of [#DOWNLOAD_HEADER] in answers to GETs that count.
    public static final String COUNTS = "counts";

    private static final Pattern TEXT = Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9a-f]{16})([0-9a-f]{16})");
    private static final int HEX = 16;

    /// A new number.
    public static PullNumber draw(LocalDate today) {
        SecureRandom random = new SecureRandom();
        return new PullNumber(today, new UUID(random.nextLong(), random.nextLong()));
    }

    /// Reads the text of a number; empty where it is none.
    public static Optional<PullNumber> find(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new PullNumber(LocalDate.parse(parts.group(1)), new UUID(bits(parts, 2), bits(parts, 3))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static long bits(Matcher parts, int group) {
        return Long.parseUnsignedLong(parts.group(group), HEX);
    }

    @Override
    public String toString() {
        return day + "-" + number.toString().replace("-", "");
    }
}
