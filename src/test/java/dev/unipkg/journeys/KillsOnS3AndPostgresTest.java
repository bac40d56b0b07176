package dev.unipkg.journeys;

import java.io.IOException;

/// Kills processes, with S3 and an external PostgreSQL.
class KillsOnS3AndPostgresTest extends KillsContract {
    @Override
    Backend backend() throws IOException, InterruptedException {
        return Backend.S3AndPostgres.start();
    }
}
