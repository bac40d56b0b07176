package dev.unipkg.registry.upkeep;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready only while requests go on. Each has a virtual thread, and all of those share a few others; work that
/// keeps these lets every request stand still, while the threads that answer here go on.
@Readiness
class RequestReadiness implements HealthCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @Override
    public HealthCheckResponse call() {
        CountDownLatch ran = new CountDownLatch(1);
        Thread.ofVirtual().start(ran::countDown);
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("requests");
        try {
            return answer.status(ran.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return answer.down().build();
        }
    }
}
