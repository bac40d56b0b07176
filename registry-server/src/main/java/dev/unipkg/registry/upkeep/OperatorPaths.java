package dev.unipkg.registry.upkeep;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.regex.Pattern;

/// The paths for operators. Their handlers would also answer every path below them, so those are refused.
@ApplicationScoped
class OperatorPaths {

    static final Set<String> ALL =
            Set.of("/metrics", "/openapi", "/health", "/health/live", "/health/ready", "/health/started");

    private static final Pattern BELOW = Pattern.compile("/(?:metrics|openapi|health)/.*");

    // Behind what only looks at requests, before what answers them.
    private static final int FIRST = Integer.MIN_VALUE + 3;

    void onRouter(@Observes Router router) {
        router.route().order(FIRST).handler(OperatorPaths::requireOne);
    }

    private static void requireOne(RoutingContext context) {
        String path = context.request().path();
        if (BELOW.matcher(path).matches() && !ALL.contains(path)) {
            context.fail(HttpResponseStatus.NOT_FOUND.code());
        } else {
            context.next();
        }
    }
}
