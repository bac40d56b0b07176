package dev.unipkg.journeys;

/// Refusals, with a folder and the embedded PostgreSQL.
class RefusalsOnDefaultsTest extends RefusalsContract {
    @Override
    Backend backend() {
        return new Backend.Defaults();
    }
}
