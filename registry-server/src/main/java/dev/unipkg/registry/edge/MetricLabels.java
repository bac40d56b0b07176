package dev.unipkg.registry.edge;

import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps clients' texts out of metric labels: names may identify a person, and each new label costs memory
/// until the process ends.
@Singleton
class MetricLabels {

    /// The label of every address that no resource answered.
    private static final String UNMATCHED = "/{unmatched}";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /// Sets the label of a request that no resource answers. The template of a resource counts more than this
    /// one.
    static void label(RoutingContext context) {
        @Nullable HttpRequestMetric metric = HttpRequestMetric.getRequestMetric(context);
        if (metric != null) {
            String path = context.request().path();
            metric.setTemplatePath(OperatorPaths.ALL.contains(String.valueOf(path)) ? path : UNMATCHED);
        }
        context.next();
    }

    /// Requests of other methods, which are any word, are counted nowhere: a label that is only renamed would
    /// still be kept in memory.
    @Produces
    @Singleton
    MeterFilter methods() {
        return MeterFilter.deny(id -> {
            String method = id.getTag("method");
            return id.getName().equals("http.server.requests") && method != null && !METHODS.contains(method);
        });
    }
}
