package dev.unipkg.journeys;

import java.nio.file.Path;

/// Pushes, sweeps and kills on a folder and the embedded PostgreSQL, which is killed too.
class EnduranceOnDefaultsTest extends EnduranceContract {
    @Override
    Backing backing() {
        return new Backing.Defaults();
    }

    @Override
    Path bytes() {
        return house.data().resolve("blobs");
    }
}
