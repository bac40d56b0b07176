package dev.unipkg.storage;

import io.minio.BucketExistsArgs;
import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsV2Args;
import io.minio.MinioAsyncClient;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SourceObject;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import io.minio.messages.Item;
import io.minio.messages.ListBucketResultV2;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/// The calls to S3 that a store makes. Each is retried a few times when the connection breaks or the server is
/// overloaded: all of them are idempotent. The last failure is an [IOException] with a sentence.
final class S3Bucket implements AutoCloseable {

    /// S3 lists no more in one answer.
    static final int MOST_LISTED = 1_000;

    private static final int TRIES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 64;
    private static final Set<String> ABSENT = Set.of("NoSuchKey", "NoSuchUpload");
    private static final Set<String> PASSING =
            Set.of("SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout");

    private final S3Client client;
    private final StorageConfig.S3 config;

    S3Bucket(StorageConfig.S3 config) {
        this.config = config;
        this.client = new S3Client(client(config, config.endpoint()));
    }

    private static MinioAsyncClient client(StorageConfig.S3 config, URI endpoint) {
        Dispatcher dispatcher = new Dispatcher();
        // Its default of 5 requests at once to one host would queue pushes behind each other.
        dispatcher.setMaxRequestsPerHost(CONNECTIONS);
        OkHttpClient http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(CONNECTIONS, 1, java.util.concurrent.TimeUnit.MINUTES))
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(SILENCE_TIMEOUT)
                .writeTimeout(SILENCE_TIMEOUT)
                .build();
        MinioAsyncClient client = MinioAsyncClient.builder()
                .endpoint(endpoint.toString())
                .region(config.region())
                .credentials(
                        config.credentials().accessKey(), config.credentials().secretKey())
                .httpClient(http, true)
                .build();
        if (config.pathStyle()) {
            client.disableVirtualStyleEndpoint();
        } else {
            client.enableVirtualStyleEndpoint();
        }
        return client;
    }

    String name() {
        return config.bucket();
    }

    MinioAsyncClient client() {
        return client;
    }

    /// A client that signs addresses for another endpoint of the same object storage. It never connects to it.
    MinioAsyncClient signer(URI endpoint) {
        return client(config, endpoint);
    }

    private boolean exists() throws IOException {
        BucketExistsArgs args = BucketExistsArgs.builder().bucket(name()).build();
        return call("look for", "", () -> client.bucketExists(args));
    }

    void requireThere() throws IOException {
        if (!exists()) {
            throw new IOException("there is no bucket " + name() + " at " + config.endpoint()
                    + "; restore it, or start again to make an empty one");
        }
    }

    void make() throws IOException {
        if (exists()) {
            return;
        }
        try {
            call("make", "", () -> client.makeBucket(name(), config.region()));
        } catch (S3Exception e) {
            // another process may have made it at the same moment
            if (!exists()) {
                throw e;
            }
        }
    }

    /// Empty where there is no such object.
    Optional<StatObjectResponse> stat(String key) throws IOException {
        StatObjectArgs args =
                StatObjectArgs.builder().bucket(name()).object(key).build();
        try {
            return Optional.of(call("look at", key, () -> client.statObject(args)));
        } catch (S3Exception e) {
            if (ABSENT.contains(e.code())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void put(String key, byte[] bytes, int length) throws IOException {
        PutObjectAPIArgs args = PutObjectAPIArgs.builder()
                .bucket(name())
                .object(key)
                .data(bytes, length)
                .build();
        call("write", key, () -> client.putObject(args));
    }

    SourceObject source(String key) {
        return SourceObject.builder().bucket(name()).object(key).build();
    }

    /// An object's bytes that were asked for.
    ///
    /// @param objectBytes the size of the whole object
    record Opened(InputStream bytes, long objectBytes) {}

    /// Opens a range of an object that is not empty; absent where there is no such object, or where it ends before
    /// the range begins.
    Optional<Opened> get(String key, Range range) throws IOException {
        boolean toTheEnd = range.length() > Long.MAX_VALUE - range.offset() || range.equals(Range.WHOLE);
        GetObjectArgs args = GetObjectArgs.builder()
                .bucket(name())
                .object(key)
                .offset(range.offset() == 0 && toTheEnd ? null : (Long) range.offset())
                .length(toTheEnd ? null : (Long) range.length())
                .build();
        try {
            GetObjectResponse answer = call("read", key, () -> client.getObject(args));
            return Optional.of(new Opened(answer, objectBytes(key, answer.headers())));
        } catch (S3Exception e) {
            if (ABSENT.contains(e.code()) || e.code().equals("InvalidRange")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// An answer with a range says how long the whole is behind the slash of `Content-Range` (RFC 9110, 14.4).
    private long objectBytes(String key, Headers headers) throws IOException {
        String range = headers.get("Content-Range");
        String text = range == null ? headers.get("Content-Length") : range.substring(range.lastIndexOf('/') + 1);
        try {
            return Long.parseLong(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw new IOException(
                    "the object storage at " + config.endpoint() + " does not say how long " + key + " is", e);
        }
    }

    /// Copies an object within the bucket.
    void copy(String from, String to) throws IOException {
        CopyObjectArgs args = CopyObjectArgs.builder()
                .bucket(name())
                .object(to)
                .source(source(from))
                .build();
        call("copy " + from + " to", to, () -> client.copyObject(args));
    }

    void delete(String key) throws IOException {
        RemoveObjectArgs args =
                RemoveObjectArgs.builder().bucket(name()).object(key).build();
        call("delete", key, () -> client.removeObject(args));
    }

    /// One page of the keys with a prefix, ascending.
    ///
    /// @param after only keys after this one; null for all
    /// @param token of the page before; null for the first
    /// @param atOnce how many S3 is asked to list in one answer
    ListBucketResultV2 page(String prefix, @Nullable String after, @Nullable String token, int atOnce)
            throws IOException {
        ListObjectsV2Args args = ListObjectsV2Args.builder()
                .bucket(name())
                .prefix(prefix)
                .startAfter(after)
                .continuationToken(token)
                .maxKeys(atOnce)
                .build();
        return call("list", prefix, () -> client.listObjectsV2(args)).result();
    }

    /// Shows the objects with a prefix, ascending, until the visitor has enough.
    void list(String prefix, @Nullable String after, Visitor visitor) throws IOException {
        @Nullable String token = null;
        do {
            ListBucketResultV2 page = page(prefix, after, token, MOST_LISTED);
            for (Item item : page.contents()) {
                if (!visitor.visit(item)) {
                    return;
                }
            }
            token = page.isTruncated() ? page.nextContinuationToken() : null;
        } while (token != null);
    }

    /// The distinct parts of keys between a prefix and the next slash.
    ///
    /// @param atOnce how many S3 is asked to list in one answer
    List<String> folders(String prefix, int atOnce) throws IOException {
        List<String> folders = new ArrayList<>();
        @Nullable String token = null;
        do {
            ListObjectsV2Args args = ListObjectsV2Args.builder()
                    .bucket(name())
                    .prefix(prefix)
                    .delimiter("/")
                    .continuationToken(token)
                    .maxKeys(atOnce)
                    .build();
            ListBucketResultV2 page =
                    call("list", prefix, () -> client.listObjectsV2(args)).result();
            page.commonPrefixes().forEach(folder -> folders.add(folder.toItem().objectName()));
            token = page.isTruncated() ? page.nextContinuationToken() : null;
        } while (token != null);
        return folders;
    }

    interface Visitor {
        boolean visit(Item item) throws IOException;
    }

    /// A presigned address of the object, valid for a limited time.
    URI presign(MinioAsyncClient signer, String key, Duration validFor) throws IOException {
        try {
            return URI.create(signer.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                    .method(Http.Method.GET)
                    .bucket(name())
                    .object(key)
                    .expiry((int) validFor.toSeconds())
                    .build()));
        } catch (MinioException e) {
            throw new IOException("cannot sign an address for " + key + ": " + e.getMessage(), e);
        }
    }

    /// Makes a call, and makes it again when it failed for a reason that passes.
    <T> T call(String verb, String key, Supplier<CompletableFuture<T>> call) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return call.get().join();
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (tries == TRIES || !passes(cause)) {
                    throw failed(verb, key, cause);
                }
                pause(tries);
            }
        }
    }

    private static boolean passes(Throwable cause) {
        return switch (cause) {
            case ErrorResponseException e -> PASSING.contains(e.errorResponse().code());
            case ServerException e -> e.statusCode() >= 500;
            case MinioException e -> e.getCause() instanceof IOException;
            default -> cause instanceof IOException;
        };
    }

    private static void pause(int tries) throws IOException {
        try {
            Thread.sleep(FIRST_PAUSE.multipliedBy(1L << (2 * (tries - 1))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting to ask S3 again", e);
        }
    }

    private S3Exception failed(String verb, String key, Throwable cause) {
        String code =
                cause instanceof ErrorResponseException e ? e.errorResponse().code() : "";
        String sentence = "could not %s %s in the bucket %s at %s: %s"
                .formatted(verb, key.isEmpty() ? "it" : key, name(), config.endpoint(), cause.getMessage());
        return new S3Exception(code, sentence, cause);
    }

    @Override
    public void close() {
        client.close();
    }

    /// A call that failed for good.
    static final class S3Exception extends IOException {
        private static final long serialVersionUID = 1L;

        private final String code;

        S3Exception(String code, String sentence, Throwable cause) {
            super(sentence, cause);
            this.code = code;
        }

        /// The server's error code, such as `NoSuchKey`; empty if there was no answer.
        String code() {
            return code;
        }
    }
}
