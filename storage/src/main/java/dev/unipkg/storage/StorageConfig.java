package dev.unipkg.storage;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// The place of the blobs: a folder or a bucket.
public sealed interface StorageConfig {

    /// The limits of the store.
    StoreLimits limits();

    /// A folder of this machine. It belongs to one process at a time.
    ///
    /// @param root made when absent
    record Folder(Path root, StoreLimits limits) implements StorageConfig {
        /// With [StoreLimits#DEFAULT].
        public Folder(Path root) {
            this(root, StoreLimits.DEFAULT);
        }
    }

    /// A bucket of S3-compatible object storage, shared by any number of processes.
    ///
    /// @param endpoint scheme, host and port, such as `https://s3.eu-central-1.amazonaws.com`
    /// @param region the region that requests are signed for, such as `us-east-1`
    /// @param bucket made when absent
    /// @param pathStyle true for `endpoint/bucket/key`, false for `bucket.endpoint/key`
    /// @param delivery how clients get the bytes
    /// @param partBytes the size of a part of a large object, in bytes, 5 MiB to 1 GiB
    /// @param partsInMemory how many parts all transfers together hold in memory at once, 1 or more; what has
    ///     no place waits, so 1 suffices and 3 keep one large transfer busy
    record S3(
            URI endpoint,
            String region,
            String bucket,
            Credentials credentials,
            boolean pathStyle,
            Delivery delivery,
            int partBytes,
            int partsInMemory,
            StoreLimits limits)
            implements StorageConfig {

        /// The smallest part that S3 takes, save for an object's last one: 5 MiB.
        public static final int MIN_PART_BYTES = 5 << 20;

        private static final int MAX_PART_BYTES = 1 << 30;

        public S3 {
            if (partBytes < MIN_PART_BYTES || partBytes > MAX_PART_BYTES) {
                throw new IllegalArgumentException(
                        "S3 parts are of 5 MiB to 1 GiB, not of " + partBytes + " bytes; 8 MiB is a good choice");
            }
            if (partsInMemory < 1) {
                throw new IllegalArgumentException(
                        "1 or more S3 parts are in memory at once, not " + partsInMemory + "; 16 is a good choice");
            }
        }

        /// With parts of 8 MiB, of which 16 are in memory at once, and [StoreLimits#DEFAULT].
        public S3(
                URI endpoint,
                String region,
                String bucket,
                Credentials credentials,
                boolean pathStyle,
                Delivery delivery) {
            this(endpoint, region, bucket, credentials, pathStyle, delivery, 8 << 20, 16, StoreLimits.DEFAULT);
        }
    }

    /// The credentials for the object storage. Never printed.
    record Credentials(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Credentials[" + accessKey + ", secret not shown]";
        }
    }

    /// How clients get the bytes of a blob that is in object storage.
    sealed interface Delivery {

        /// Through this process; for clients that cannot reach the object storage.
        record Proxied() implements Delivery {}

        /// From a presigned address at the object storage.
        ///
        /// @param endpoint the object storage as clients see it; often, but not always, as we see it
        /// @param validFor how long an address works, 1 second to 7 days
        record Redirected(URI endpoint, Duration validFor) implements Delivery {
            private static final Duration MAX_VALID = Duration.ofDays(7);

            public Redirected {
                if (validFor.toSeconds() < 1 || validFor.compareTo(MAX_VALID) > 0) {
                    throw new IllegalArgumentException(
                            "a presigned address is valid for 1 second to 7 days, not for " + validFor);
                }
            }
        }
    }
}
