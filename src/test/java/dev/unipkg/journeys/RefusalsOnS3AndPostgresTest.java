package dev.unipkg.journeys;

import java.io.IOException;

/// Refusals, with S3 and an external PostgreSQL.
class RefusalsOnS3AndPostgresTest extends RefusalsContract {
    @Override
    Backend backend() throws IOException, InterruptedException {
        return Backend.S3AndPostgres.start();
    }
}
