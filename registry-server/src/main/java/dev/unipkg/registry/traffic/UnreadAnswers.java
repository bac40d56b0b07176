package dev.unipkg.registry.traffic;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Begins no answer on a connection whose client has not read the ones before. HTTP/1.1 lets clients send requests
/// without waiting (RFC 9112, section 9.3.2), and the answers to those who read nothing would fill the memory.
@ApplicationScoped
class UnreadAnswers {

    // Before whatever answers.
    private static final int FIRST = Integer.MIN_VALUE + 1;

    void onRouter(@Observes Router router) {
        router.route().order(FIRST).handler(UnreadAnswers::awaitReader);
    }

    private static void awaitReader(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (!response.writeQueueFull()) {
            context.next();
            return;
        }
        context.request().pause();
        response.drainHandler(drained -> {
            response.drainHandler(null);
            context.next();
        });
    }
}
