package dev.unipkg.journeys;

import java.io.IOException;

/// The journeys on S3 and a PostgreSQL of its own.
class JourneysOnS3AndPostgresTest extends JourneysContract {
    @Override
    Backing backing() throws IOException, InterruptedException {
        return Backing.S3AndPostgres.start();
    }
}
