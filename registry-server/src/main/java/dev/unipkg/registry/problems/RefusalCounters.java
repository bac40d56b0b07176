package dev.unipkg.registry.problems;

import dev.unipkg.registry.metrics.Meters;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// The counters of refusals when the server starts.
@ApplicationScoped
class RefusalCounters {

    void show(@Observes StartupEvent event) {
        Meters.showRefusals(Reason.codes());
    }
}
