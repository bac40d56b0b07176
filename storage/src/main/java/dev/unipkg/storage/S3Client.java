package dev.unipkg.storage;

import io.minio.BaseArgs;
import io.minio.Checksum;
import io.minio.Http;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import java.util.concurrent.CompletableFuture;

/// The library's client, with the one request that it gets wrong.
///
/// `CreateBucket` takes any region as `LocationConstraint` but `us-east-1`, which stands for no constraint at
/// all and is refused when it is named (S3 API Reference, "CreateBucket"). The library names it.
final class S3Client extends MinioAsyncClient {

    private static final String DEFAULT_REGION = "us-east-1";

    S3Client(MinioAsyncClient client) {
        super(client);
    }

    /// Makes a bucket in the region that requests are signed for.
    CompletableFuture<Void> makeBucket(String name, String region) {
        MakeBucketArgs args = MakeBucketArgs.builder().bucket(name).build();
        return region.equals(DEFAULT_REGION)
                ? makeUnconstrained(args)
                : makeBucket(args).thenAccept(made -> {});
    }

    private CompletableFuture<Void> makeUnconstrained(BaseArgs args) {
        Http.Body empty = new Http.Body(new byte[0], 0, null, Checksum.ZERO_SHA256_HASH, null);
        return executePutAsync(args, new Http.Headers(), new Http.QueryParameters(), empty)
                .thenAccept(okhttp3.Response::close);
    }
}
