package dev.unipkg.journeys;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// OCI's requirements, with a folder and the embedded PostgreSQL.
class OciSuiteOnDefaultsTest extends OciSuite {

    private @Nullable RegistryProcess registry;

    @Override
    Target open() throws IOException, InterruptedException {
        RegistryProcess started = RegistryProcess.open(new Backend.Defaults());
        registry = started;
        return new Target(URI.create(started.url()), "Bearer " + started.newNamespace("suite"), "suite/");
    }

    @Override
    void end() throws InterruptedException {
        if (registry != null) {
            registry.close();
        }
    }
}
