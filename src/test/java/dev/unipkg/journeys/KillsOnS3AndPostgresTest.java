package dev.unipkg.journeys;

import java.io.IOException;

/// Kills processes, with S3 and an external PostgreSQL.
class KillsOnS3AndPostgresTest extends KillsContract {
    @Override
    Backing backing() throws IOException, InterruptedException {
        return Backing.S3AndPostgres.start();
    }
}
