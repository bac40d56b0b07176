package dev.unipkg.journeys;

/// Kills processes, with a folder and the embedded PostgreSQL.
class KillsOnDefaultsTest extends KillsContract {
    @Override
    Backing backing() {
        return new Backing.Defaults();
    }
}
