package dev.unipkg.registry.edge;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/// Alive while every event loop goes on. One that is blocked never answers the connections that it has, which
/// only a new process mends; everything else may pass.
@Liveness
class EventLoopLiveness implements HealthCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Vertx vertx;

    EventLoopLiveness(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public HealthCheckResponse call() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (EventExecutor eventLoop : vertx.nettyEventLoopGroup()) {
            all.add(CompletableFuture.runAsync(() -> {}, eventLoop));
        }
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("event loops");
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return answer.up().build();
        } catch (TimeoutException | ExecutionException e) {
            return answer.down().build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return answer.down().build();
        }
    }
}
