package dev.unipkg.registry.metrics;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// The values of meters when the server starts.
@ApplicationScoped
class FirstValues {

    void show(@Observes StartupEvent event) {
        Meters.showPushesAndPulls();
    }
}
