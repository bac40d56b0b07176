package dev.unipkg.journeys;

/// What is refused, on a folder and the embedded PostgreSQL.
class RefusalsOnDefaultsTest extends RefusalsContract {
    @Override
    Backing backing() {
        return new Backing.Defaults();
    }
}
