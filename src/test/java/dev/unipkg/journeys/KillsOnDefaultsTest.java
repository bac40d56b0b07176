package dev.unipkg.journeys;

/// What is killed, on a folder and the embedded PostgreSQL.
class KillsOnDefaultsTest extends KillsContract {
    @Override
    Backing backing() {
        return new Backing.Defaults();
    }
}
