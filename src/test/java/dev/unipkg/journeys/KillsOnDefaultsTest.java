package dev.unipkg.journeys;

/// Kills processes, with a folder and the embedded PostgreSQL.
class KillsOnDefaultsTest extends KillsContract {
    @Override
    Backend backend() {
        return new Backend.Defaults();
    }
}
