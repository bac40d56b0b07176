package dev.unipkg.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, just now",
        "PT-5S, just now",
        "PT1S, 1 second ago",
        "PT59S, 59 seconds ago",
        "PT60S, 1 minute ago",
        "PT119M, 1 hour ago",
        "PT47H, 1 day ago",
        "P3D, 3 days ago",
        "P65D, 2 months ago",
        "P800D, 2 years ago"
    })
    void aTimeIsToldInItsLargestUnit(Duration passed, String shown) {
        Instant now = Instant.parse("2026-11-29T12:00:00Z");
        assertThat(Times.ago(now.minus(passed), now)).isEqualTo(shown);
    }
}
