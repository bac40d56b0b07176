package dev.unipkg.journeys;

import java.io.IOException;

/// The journeys on S3 and a PostgreSQL of its own.
class JourneysOnS3AndPostgresTest extends JourneysContract {
    @Override
    Backend backend() throws IOException, InterruptedException {
        return Backend.S3AndPostgres.start();
    }
}
