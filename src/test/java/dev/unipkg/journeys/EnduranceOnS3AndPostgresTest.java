package dev.unipkg.journeys;

import java.io.IOException;
import java.nio.file.Path;

/// Pushes, sweeps and kills on S3 and a PostgreSQL of its own.
class EnduranceOnS3AndPostgresTest extends EnduranceContract {
    @Override
    Backing backing() throws IOException, InterruptedException {
        return Backing.S3AndPostgres.start();
    }

    @Override
    Path bytes() {
        return ((Backing.S3AndPostgres) backing).buckets();
    }
}
