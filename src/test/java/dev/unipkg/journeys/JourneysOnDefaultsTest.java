package dev.unipkg.journeys;

/// The journeys on a folder and the embedded PostgreSQL.
class JourneysOnDefaultsTest extends JourneysContract {
    @Override
    Backing backing() {
        return new Backing.Defaults();
    }
}
