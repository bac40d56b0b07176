package dev.unipkg.journeys;

import java.io.IOException;
import java.nio.file.Path;

/// Pushes, sweeps and kills on S3 and a PostgreSQL of its own.
class EnduranceOnS3AndPostgresTest extends EnduranceContract {
    @Override
    Backend backend() throws IOException, InterruptedException {
        return Backend.S3AndPostgres.start();
    }

    @Override
    Path bytes() {
        return ((Backend.S3AndPostgres) backend).buckets();
    }
}
