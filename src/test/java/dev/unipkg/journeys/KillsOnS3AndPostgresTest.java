package dev.unipkg.journeys;

import java.io.IOException;

/// What is killed, on S3 and a PostgreSQL of its own.
class KillsOnS3AndPostgresTest extends KillsContract {
    @Override
    Backing backing() throws IOException, InterruptedException {
        return Backing.S3AndPostgres.start();
    }
}
