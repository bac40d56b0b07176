package dev.unipkg.registry.traffic;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Drops the rest of a body that was answered before its end. A client that sends all of its body before it reads would
/// otherwise never get its answer, and the connection could not be used again.
@ApplicationScoped
class UnreadBodies {

    void onRouter(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(UnreadBodies::dropAfterAnswer);
    }

    private static void dropAfterAnswer(RoutingContext context) {
        context.addEndHandler(ended -> context.request().handler(null).resume());
        context.next();
    }
}
