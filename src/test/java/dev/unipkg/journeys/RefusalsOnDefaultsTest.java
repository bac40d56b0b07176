package dev.unipkg.journeys;

/// Refusals, with a folder and the embedded PostgreSQL.
class RefusalsOnDefaultsTest extends RefusalsContract {
    @Override
    Backing backing() {
        return new Backing.Defaults();
    }
}
