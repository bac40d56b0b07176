package dev.unipkg.registry.edge;

import io.vertx.ext.web.RoutingContext;

/// Headers of every answer. Anybody publishes content here: a browser that opens a blob takes it for the type
/// that the answer says, and never for a page of the registry (Fetch standard, "X-Content-Type-Options
/// header").
final class SafeHeaders {

    private SafeHeaders() {}

    static void set(RoutingContext context) {
        context.response().putHeader("X-Content-Type-Options", "nosniff");
        context.next();
    }
}
