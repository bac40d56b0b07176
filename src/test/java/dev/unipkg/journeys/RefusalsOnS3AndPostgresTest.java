package dev.unipkg.journeys;

import java.io.IOException;

/// Refusals, with S3 and an external PostgreSQL.
class RefusalsOnS3AndPostgresTest extends RefusalsContract {
    @Override
    Backing backing() throws IOException, InterruptedException {
        return Backing.S3AndPostgres.start();
    }
}
