package dev.unipkg.registry.edge;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;

/// The paths for operators. Their handlers would also answer every path below them, so those are refused.
final class OperatorPaths {

    static final Set<String> ALL =
            Set.of("/metrics", "/openapi", "/health", "/health/live", "/health/ready", "/health/started");

    private static final Pattern BELOW = Pattern.compile("/(?:metrics|openapi|health)/.*");

    private OperatorPaths() {}

    static void refuseOthers(RoutingContext context) {
        String path = context.request().path();
        if (BELOW.matcher(path).matches() && !ALL.contains(path)) {
            context.fail(HttpResponseStatus.NOT_FOUND.code());
        } else {
            context.next();
        }
    }
}
