package dev.unipkg.registry.edge;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/// Begins no answer on a connection whose client has not read the ones before. HTTP/1.1 lets clients send
/// requests without waiting (RFC 9112, section 9.3.2), and the answers to those who read nothing would fill the
/// memory.
final class UnreadAnswers {

    private UnreadAnswers() {}

    static void awaitReader(RoutingContext context) {
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
