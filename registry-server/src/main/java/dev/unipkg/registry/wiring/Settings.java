package dev.unipkg.registry.wiring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Everything an operator sets about the registry itself. Each value is also an environment variable:
/// `unipkg.storage.s3.bucket` is `UNIPKG_STORAGE_S3_BUCKET`. PostgreSQL (`quarkus.datasource.*`) and the port
/// (`quarkus.http.port`) keep the names their owners gave them.
@ConfigMapping(prefix = "unipkg")
public interface Settings {

    /// The folder that holds blobs and the embedded database.
    @WithDefault("data")
    Path data();

    /// The address clients use where it differs from the one they connect to, for example behind a proxy.
    Optional<URI> url();

    /// The largest blob accepted, in bytes.
    @WithDefault("10737418240")
    long maxBlobBytes();

    /// The most bytes that a namespace may have, counting each content once; absent where there is no limit.
    Optional<Long> maxNamespaceBytes();

    /// How long content that was acknowledged is kept for a manifest to name it.
    @WithDefault("24h")
    Duration lease();

    /// Whether downloads are counted. Where they are not, nothing is kept of them.
    @WithDefault("true")
    boolean countDownloads();

    Oci oci();

    Sweep sweep();

    Scrub scrub();

    Storage storage();

    Log log();

    /// The server's log, on stderr.
    interface Log {

        @WithDefault("text")
        Format format();

        /// The log level of the registry; libraries log warnings at most.
        @WithDefault("info")
        Level level();

        enum Format {
            TEXT,
            JSON
        }

        enum Level {
            ERROR,
            WARN,
            INFO,
            DEBUG
        }
    }

    /// The OCI API.
    interface Oci {

        /// Whether `/v2/_catalog` lists the repositories.
        @WithDefault("true")
        boolean catalog();

        /// Whether repositories may have names that no package can have, such as `busybox` and
        /// `acme/tools/web`.
        @WithDefault("false")
        boolean plainRepositories();
    }

    /// The sweep, which deletes content that nothing pins.
    interface Sweep {

        /// How much time lies between the beginnings of two sweeps, on whichever replicas; `0` turns it off.
        @WithDefault("10m")
        Duration interval();

        /// How long the sweep waits before it deletes what it found. Longer than any write, request to the object
        /// storage or pause of a process can take.
        @WithDefault("1h")
        Duration grace();

        /// How long manifests of other artifacts than packages and kernels stay without a tag; absent for ever.
        Optional<Duration> untaggedFor();
    }

    /// The scrub, which reads all blobs again.
    interface Scrub {

        /// The most bytes that are read in a second; `0` turns it off.
        @WithDefault("8388608")
        long bytesPerSecond();
    }

    /// The place of the blobs.
    interface Storage {

        @WithDefault("folder")
        Kind kind();

        S3 s3();

        enum Kind {
            FOLDER,
            S3
        }
    }

    /// An S3-compatible bucket; needed where the kind is `s3`.
    interface S3 {

        Optional<URI> endpoint();

        @WithDefault("us-east-1")
        String region();

        Optional<String> bucket();

        Optional<String> accessKey();

        Optional<String> secretKey();

        /// Whether the bucket is the first path segment (MinIO) instead of part of the host name.
        @WithDefault("true")
        boolean pathStyle();

        /// The endpoint as clients reach it, where that differs from how the registry does.
        Optional<URI> publicEndpoint();

        /// How long the address that a client is redirected to stays usable; `0` sends blobs through the registry
        /// instead, for clients that cannot reach the bucket.
        @WithDefault("15m")
        Duration presignFor();
    }
}
