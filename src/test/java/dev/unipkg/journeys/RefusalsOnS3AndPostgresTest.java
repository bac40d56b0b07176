package dev.unipkg.journeys;

import java.io.IOException;

/// What is refused, on S3 and a PostgreSQL of its own.
class RefusalsOnS3AndPostgresTest extends RefusalsContract {
    @Override
    Backing backing() throws IOException, InterruptedException {
        return Backing.S3AndPostgres.start();
    }
}
