package dev.unipkg.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Times for people, in the largest unit that fits: `3 days ago`, `2 minutes`.
public final class Times {
    private static final int MONTH_DAYS = 30;
    private static final int YEAR_DAYS = 365;

    private record Unit(String name, long seconds) {}

    private static final List<Unit> UNITS = List.of(
            new Unit("year", Duration.ofDays(YEAR_DAYS).toSeconds()),
            new Unit("month", Duration.ofDays(MONTH_DAYS).toSeconds()),
            new Unit("day", Duration.ofDays(1).toSeconds()),
            new Unit("hour", Duration.ofHours(1).toSeconds()),
            new Unit("minute", Duration.ofMinutes(1).toSeconds()),
            new Unit("second", 1));

    private Times() {}

    /// How long before `now` something happened. A time in the future, as of a clock that is wrong, counts as now.
    public static String ago(Instant then, Instant now) {
        Duration passed = Duration.between(then, now);
        return passed.compareTo(Duration.ofSeconds(1)) < 0 ? "just now" : span(passed) + " ago";
    }

    /// A length of time, rounded down: `59 seconds`, `1 hour`.
    public static String span(Duration length) {
        long seconds = Math.max(0, length.toSeconds());
        for (Unit unit : UNITS) {
            long count = seconds / unit.seconds();
            if (count > 0) {
                return count + " " + unit.name() + (count == 1 ? "" : "s");
            }
        }
        return "0 seconds";
    }
}
