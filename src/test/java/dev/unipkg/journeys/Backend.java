package dev.unipkg.journeys;

import dev.unipkg.registry.wiring.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/// The storage of a registry under test: each journey runs once on each.
sealed interface Backend extends AutoCloseable {

    /// The server's settings, as environment variables.
    Map<String, String> environment();

    /// The proxy over which blobs come to clients, where `registry` is the one to the server.
    CountingProxy blobs(CountingProxy registry);

    @Override
    void close() throws IOException;

    /// A folder and the embedded PostgreSQL: what a server does that is told nothing.
    record Defaults() implements Backend {
        @Override
        public Map<String, String> environment() {
            return Map.of();
        }

        @Override
        public CountingProxy blobs(CountingProxy registry) {
            return registry;
        }

        @Override
        public void close() {}
    }

    /// A real S3 server in a process of its own, and an external PostgreSQL.
    record S3AndPostgres(Process s3, Path buckets, String endpoint, CountingProxy proxy, EmbeddedPostgres postgres)
            implements Backend {

        private static final String ACCESS_KEY = "journeys";
        private static final String SECRET_KEY = UUID.randomUUID().toString();
        private static final Pattern LISTENING = Pattern.compile("Started .*ServerConnector.*:([0-9]+)}");
        private static final Duration PATIENCE = Duration.ofSeconds(60);

        static S3AndPostgres start() throws IOException, InterruptedException {
            Path folder = Files.createTempDirectory("s3");
            Path buckets = Files.createDirectory(folder.resolve("buckets"));
            Path properties = Files.writeString(
                    folder.resolve("s3proxy.properties"), """
                        s3proxy.endpoint=http://127.0.0.1:0
                        s3proxy.authorization=aws-v2-or-v4
                        s3proxy.identity=%s
                        s3proxy.credential=%s
                        jclouds.provider=filesystem-nio2
                        jclouds.filesystem.basedir=%s
                        """.formatted(ACCESS_KEY, SECRET_KEY, buckets));
            Process s3 = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-jar",
                            Path.of("target/s3proxy/s3proxy.jar")
                                    .toAbsolutePath()
                                    .toString(),
                            "--properties",
                            properties.toString())
                    .redirectErrorStream(true)
                    .start();
            int port = Integer.parseInt(ProcessLog.awaitLine(s3, folder.resolve("s3proxy.log"), LISTENING, PATIENCE)
                    .group(1));
            return new S3AndPostgres(
                    s3,
                    buckets,
                    "http://127.0.0.1:" + port,
                    CountingProxy.to(port),
                    EmbeddedPostgres.start(Files.createTempDirectory("postgres")));
        }

        @Override
        public CountingProxy blobs(CountingProxy registry) {
            return proxy;
        }

        @Override
        public Map<String, String> environment() {
            return Map.of(
                    "UNIPKG_STORAGE_KIND",
                    "s3",
                    "UNIPKG_STORAGE_S3_ENDPOINT",
                    endpoint,
                    "UNIPKG_STORAGE_S3_PUBLIC_ENDPOINT",
                    proxy.url(),
                    "UNIPKG_STORAGE_S3_BUCKET",
                    "unipkg",
                    "UNIPKG_STORAGE_S3_REGION",
                    "us-east-1",
                    "UNIPKG_STORAGE_S3_ACCESS_KEY",
                    ACCESS_KEY,
                    "UNIPKG_STORAGE_S3_SECRET_KEY",
                    SECRET_KEY,
                    "QUARKUS_DATASOURCE_JDBC_URL",
                    postgres.jdbcUrl(),
                    "QUARKUS_DATASOURCE_USERNAME",
                    EmbeddedPostgres.USER,
                    "QUARKUS_DATASOURCE_PASSWORD",
                    postgres.password());
        }

        @Override
        public void close() throws IOException {
            proxy.close();
            s3.destroy();
            postgres.close();
        }
    }
}
