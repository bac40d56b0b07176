package dev.unipkg.registry.edge;

import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Gives resources the bodies of requests as streams that read ahead.
class Bodies {

    private final Duration patience;

    Bodies(@ConfigProperty(name = "quarkus.http.read-timeout") Duration patience) {
        this.patience = patience;
    }

    @ServerRequestFilter
    void readAhead(ContainerRequestContext context, RoutingContext routing) {
        // Most requests have no body, and beginning costs a turn of the event loop.
        if (routing.request().isEnded()) {
            return;
        }
        ReadAhead body = new ReadAhead(routing.request(), patience);
        body.begin(Vertx.currentContext());
        context.setEntityStream(body);
    }
}
