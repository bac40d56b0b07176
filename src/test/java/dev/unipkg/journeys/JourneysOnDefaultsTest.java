package dev.unipkg.journeys;

/// The journeys on a folder and the embedded PostgreSQL.
class JourneysOnDefaultsTest extends JourneysContract {
    @Override
    Backend backend() {
        return new Backend.Defaults();
    }
}
