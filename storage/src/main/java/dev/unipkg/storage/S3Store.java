package dev.unipkg.storage;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.VerifyingInputStream;
import io.minio.Http;
import io.minio.MinioAsyncClient;
import io.minio.StatObjectResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Blobs as objects of a bucket ([S3Keys]), shared by any number of processes.
///
/// A blob of one part is read whole and verified before its object is written; a larger one is written as a
/// multipart upload under its final key, which S3 shows only when it is completed, and that happens after the
/// last byte was verified. So a key with wrong bytes never exists, and nothing is ever renamed or copied.
final class S3Store implements BlobStore {

    /// Longer than any put takes, so that no put of another process is taken for an abandoned one.
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private final S3Bucket bucket;
    private final StorageConfig.S3 config;
    private final Optional<MinioAsyncClient> signer;
    private final PartBuffers buffers;
    private final S3Uploads uploads;
    private final Clock clock;
    private final AtomicLong sweptMillis;

    private S3Store(StorageConfig.S3 config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.sweptMillis = new AtomicLong(clock.millis());
        this.bucket = new S3Bucket(config);
        this.signer = switch (config.delivery()) {
            case StorageConfig.Delivery.Proxied _ -> Optional.empty();
            case StorageConfig.Delivery.Redirected at -> Optional.of(bucket.signer(at.endpoint()));
        };
        this.buffers = new PartBuffers(config.partsInMemory(), config.partBytes());
        this.uploads = new S3Uploads(bucket, this, config);
    }

    static S3Store open(StorageConfig.S3 config) throws IOException {
        return open(config, Clock.systemUTC());
    }

    /// @param clock by which parts become abandoned
    static S3Store open(StorageConfig.S3 config, Clock clock) throws IOException {
        S3Store store = new S3Store(config, clock);
        try {
            store.bucket.make();
            store.requireConditionalWrites();
            store.dropAbandoned(clock.instant().minus(ABANDONED_AFTER));
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /// That of racing appends only one wins ([S3Uploads]) rests on an object storage that writes nothing over an
    /// object when it is told not to. One that does not know that condition ignores it without a word.
    private void requireConditionalWrites() throws IOException {
        String probe = S3Keys.probe(UUID.randomUUID());
        bucket.put(probe, new byte[0], 0);
        try {
            bucket.put(probe, new byte[0], 0, new Http.Headers("If-None-Match", "*"));
        } catch (S3Bucket.S3Exception e) {
            if (!e.code().equals("PreconditionFailed")) {
                throw e;
            }
            return;
        } finally {
            bucket.delete(probe);
        }
        throw new IOException("the object storage at " + config.endpoint() + " wrote over an object in spite of"
                + " `If-None-Match: *`, so uploads to it cannot be kept apart; use one that has conditional writes");
    }

    /// Begins to write an object in parts, and once a day drops what others left of theirs: a process that was stopped
    /// in the middle may come back long before that can be told from a put under way, and then run for months.
    S3Multipart begin(String key) throws IOException {
        long last = sweptMillis.get();
        long now = clock.millis();
        if (now - last > ABANDONED_AFTER.toMillis() && sweptMillis.compareAndSet(last, now)) {
            try {
                dropAbandoned(Instant.ofEpochMilli(now).minus(ABANDONED_AFTER));
            } catch (IOException e) {
                System.getLogger(S3Store.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "parts that nobody completes stay another day: {0}",
                                e.getMessage());
            }
        }
        return S3Multipart.begin(bucket, key);
    }

    /// Aborts the multipart uploads of blobs that were begun before that instant, by whatever process.
    ///
    /// @return how many there were
    int dropAbandoned(Instant before) throws IOException {
        return S3Multipart.abortBegunBefore(bucket, before, S3Multipart.MOST_LISTED);
    }

    @Override
    public Put put(Digest expected, long expectedSize, InputStream bytes) throws IOException {
        if (expectedSize > config.limits().maxBlobBytes()) {
            throw new RefusedException(
                    new ContentRefusal.TooLarge("the blob", config.limits().maxBlobBytes()));
        }
        VerifyingInputStream verified = new VerifyingInputStream(bytes, expected, expectedSize);
        String key = S3Keys.blob(expected);
        if (bucket.stat(key).isPresent()) {
            verified.transferTo(OutputStream.nullOutputStream());
            return Put.ALREADY_THERE;
        }
        if (expectedSize <= config.partBytes()) {
            putWhole(key, verified);
        } else {
            putInParts(key, verified);
        }
        return Put.STORED;
    }

    /// The memory for what goes to the bucket.
    PartBuffers buffers() {
        return buffers;
    }

    private void putWhole(String key, VerifyingInputStream verified) throws IOException {
        try (PartBuffers.Filled whole = buffers.read(verified)) {
            whole.requireWhole();
            requireEnd(verified);
            bucket.put(key, whole.bytes(), whole.length());
        }
    }

    private void putInParts(String key, VerifyingInputStream verified) throws IOException {
        try (S3Multipart parts = begin(key)) {
            try {
                boolean ended = false;
                while (!ended) {
                    PartBuffers.Filled part = buffers.read(verified);
                    part.requireWhole();
                    ended = part.ended();
                    if (part.length() > 0) {
                        parts.add(part);
                    }
                }
                parts.complete();
            } catch (IOException | RuntimeException e) {
                parts.abort();
                throw e;
            }
        }
    }

    /// The stream tells at its end, and only there, that the bytes were right.
    private static void requireEnd(VerifyingInputStream verified) throws IOException {
        if (verified.read() >= 0) {
            throw new IllegalStateException("there are more bytes than were expected");
        }
    }

    @Override
    public Optional<Download> find(Digest digest) throws IOException {
        Optional<StatObjectResponse> object = bucket.stat(S3Keys.blob(digest));
        if (object.isEmpty()) {
            return Optional.empty();
        }
        long size = object.get().size();
        return Optional.of(
                switch (config.delivery()) {
                    case StorageConfig.Delivery.Proxied _ -> new Download.Bytes(this, digest, size);
                    case StorageConfig.Delivery.Redirected at -> at(digest, at.validFor(), size);
                });
    }

    private Download.At at(Digest digest, Duration validFor, long size) throws IOException {
        Instant validUntil = Instant.now().plus(validFor);
        return new Download.At(bucket.presign(signer.orElseThrow(), S3Keys.blob(digest), validFor), validUntil, size);
    }

    @Override
    public Optional<InputStream> read(Digest digest, Range range) throws IOException {
        return bucket.get(S3Keys.blob(digest), range);
    }

    @Override
    public void list(Optional<Digest> after, Visitor visitor) throws IOException {
        bucket.list(
                S3Keys.BLOBS,
                after.map(S3Keys::blob).orElse(null),
                object -> !S3Keys.isBlob(object.objectName())
                        || visitor.visit(
                                S3Keys.digest(object.objectName()),
                                object.size(),
                                object.lastModified().toInstant()));
    }

    @Override
    public void delete(Digest digest) throws IOException {
        bucket.delete(S3Keys.blob(digest));
    }

    @Override
    public void check() throws IOException {
        bucket.requireThere();
    }

    @Override
    public OptionalLong freeBytes() {
        return OptionalLong.empty();
    }

    @Override
    public Uploads uploads() {
        return uploads;
    }

    @Override
    public void close() {
        signer.ifPresent(MinioAsyncClient::close);
        bucket.close();
    }
}
