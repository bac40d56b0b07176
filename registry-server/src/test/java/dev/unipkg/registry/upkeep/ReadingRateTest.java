package dev.unipkg.registry.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ReadingRateTest {

    @Test
    void readingTakesAsLongAsTheRateSays() {
        ReadingRate pace = new ReadingRate(1_000_000, new CountDownLatch(1));
        long begun = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            pace.accept(50_000);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void stopEndsTheWaitAtOnce() {
        CountDownLatch stopped = new CountDownLatch(1);
        ReadingRate pace = new ReadingRate(1, stopped);
        Thread.startVirtualThread(stopped::countDown);
        assertThatThrownBy(() -> pace.accept(1L << 40)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> pace.accept(0)).isInstanceOf(CancellationException.class);
    }
}
