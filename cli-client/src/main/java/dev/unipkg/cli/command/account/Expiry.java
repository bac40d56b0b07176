package dev.unipkg.cli.command.account;

import dev.unipkg.cli.output.Failure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The end of a key as a person writes it.
final class Expiry {
    private static final Pattern FROM_NOW = Pattern.compile("([0-9]{1,4})([dh])");

    private Expiry() {}

    /// Reads days (`90d`) or hours (`12h`) from now, a day (`2027-01-31`, its first moment in UTC), or a time in RFC
    /// 3339.
    ///
    /// @throws Failure where it is none of these
    static Instant parse(String text, Instant now) {
        Matcher fromNow = FROM_NOW.matcher(text);
        if (fromNow.matches()) {
            long amount = Long.parseLong(fromNow.group(1));
            return now.plus(fromNow.group(2).equals("d") ? Duration.ofDays(amount) : Duration.ofHours(amount));
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw Failure.usage(
                            "--expires wants a time from now such as 90d or 12h, or a day such as 2027-01-31, not \""
                                    + text + "\"")
                    .causedBy(e);
        }
    }
}
