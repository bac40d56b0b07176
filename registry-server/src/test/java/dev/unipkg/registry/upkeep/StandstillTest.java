package dev.unipkg.registry.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StandstillTest {

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

    @Test
    void notAliveWhileAnEventLoopIsBlocked() throws InterruptedException, ExecutionException {
        Vertx vertx = Vertx.vertx();
        try {
            HealthCheck liveness = new EventLoopLiveness(vertx);
            assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            vertx.runOnContext(_ -> {
                blocked.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            blocked.await();
            assertThat(liveness.call().getStatus()).isEqualTo(Status.DOWN);
            end.countDown();
            assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }
}
