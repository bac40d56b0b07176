package dev.unipkg.registry.edge;

import io.vertx.ext.web.RoutingContext;

/// Drops the rest of a body that was answered before its end. A client that sends all of its body before it
/// reads would otherwise never get its answer, and the connection could not be used again.
final class UnreadBodies {

    private UnreadBodies() {}

    static void dropAfterAnswer(RoutingContext context) {
        context.addEndHandler(ended -> context.request().handler(null).resume());
        context.next();
    }
}
