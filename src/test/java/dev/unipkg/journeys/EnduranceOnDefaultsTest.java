package dev.unipkg.journeys;

import java.nio.file.Path;

/// Pushes, sweeps and kills on a folder and the embedded PostgreSQL, which is killed too.
class EnduranceOnDefaultsTest extends EnduranceContract {
    @Override
    Backend backend() {
        return new Backend.Defaults();
    }

    @Override
    Path bytes() {
        return registry.data().resolve("blobs");
    }
}
