package dev.unipkg.registry.traffic;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Headers of every answer, whatever gives it. Anybody publishes content here: a browser that opens a blob takes it for
/// the type that is said, and never for a page of the registry (Fetch standard, "X-Content-Type-Options header").
@ApplicationScoped
class SafeHeaders {

    void onRouter(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(context -> {
            context.response().putHeader("X-Content-Type-Options", "nosniff");
            context.next();
        });
    }
}
