package dev.unipkg.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventLoopLivenessTest {

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
