package dev.unipkg.registry.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestReadinessTest {

    @Test
    void notReadyWhileVirtualThreadsStandStill() throws InterruptedException {
        HealthCheck readiness = new RequestReadiness();
        AtomicBoolean end = new AtomicBoolean();
        List<Thread> computing = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            computing.add(Thread.ofVirtual().start(() -> {
                while (!end.get()) {
                    Thread.onSpinWait();
                }
            }));
        }
        assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);
        end.set(true);
        for (Thread thread : computing) {
            thread.join();
        }
        assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
    }
}
