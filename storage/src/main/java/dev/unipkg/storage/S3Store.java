package dev.unipkg.storage;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.VerifyingInputStream;
import dev.unipkg.storage.BrokenBlob.Fault;
import io.minio.MinioAsyncClient;
import io.minio.StatObjectResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

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
    private final BrokenBlobs brokenBlobs;
    private final Clock clock;
    private final AtomicLong sweptMillis;

    private S3Store(StorageConfig.S3 config, StoreListener listener, Clock clock) {
        this.config = config;
        this.brokenBlobs = new BrokenBlobs(listener);
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

    static S3Store open(StorageConfig.S3 config, StoreListener listener) throws IOException {
        return open(config, listener, Clock.systemUTC());
    }

    /// @param clock by which parts become abandoned
    static S3Store open(StorageConfig.S3 config, StoreListener listener, Clock clock) throws IOException {
        S3Store store = new S3Store(config, listener, clock);
        try {
            store.bucket.make();
            store.dropAbandoned(clock.instant().minus(ABANDONED_AFTER));
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /// Begins to write a blob in parts, and once a day drops what others left of theirs: a process that was stopped
    /// in the middle may come back long before that can be told from a put under way, and then run for months.
    S3Multipart begin(Digest digest) throws IOException {
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
        return S3Multipart.begin(bucket, S3Keys.blob(digest));
    }

    /// Makes the parts, whose bytes were verified, visible as the blob.
    void complete(S3Multipart parts, Digest digest) throws IOException {
        parts.complete();
        brokenBlobs.whole(digest);
    }

    /// Aborts the multipart uploads of blobs that were begun before that instant, by whatever process.
    ///
    /// @return how many there were
    int dropAbandoned(Instant before) throws IOException {
        return S3Multipart.abortBegunBefore(bucket, before, S3Multipart.MOST_LISTED);
    }

    @Override
    public void put(Digest expected, long expectedSize, InputStream bytes) throws IOException {
        if (expectedSize > config.limits().maxBlobBytes()) {
            throw new RefusedException(
                    new ContentRefusal.TooLarge("the blob", config.limits().maxBlobBytes()));
        }
        VerifyingInputStream verified = new VerifyingInputStream(bytes, expected, expectedSize);
        if (expectedSize <= config.partBytes()) {
            putWhole(expected, verified);
        } else {
            putInParts(expected, verified);
        }
    }

    /// The memory for what goes to the bucket.
    PartBuffers buffers() {
        return buffers;
    }

    private void putWhole(Digest digest, VerifyingInputStream verified) throws IOException {
        try (PartBuffers.Filled whole = buffers.read(verified)) {
            whole.requireWhole();
            requireEnd(verified);
            bucket.put(S3Keys.blob(digest), whole.bytes(), whole.length());
        }
        brokenBlobs.whole(digest);
    }

    private void putInParts(Digest digest, VerifyingInputStream verified) throws IOException {
        try (S3Multipart parts = begin(digest)) {
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
                complete(parts, digest);
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
    public Optional<Download> find(Digest digest, long size) throws IOException {
        Optional<BrokenBlob> broken = look(digest, size).fault();
        if (broken.isPresent()) {
            brokenBlobs.report(broken.get());
            return Optional.empty();
        }
        return Optional.of(
                switch (config.delivery()) {
                    case StorageConfig.Delivery.Proxied _ -> new Download.Bytes(this, digest, size);
                    case StorageConfig.Delivery.Redirected at -> at(digest, at.validFor(), size);
                });
    }

    /// The object under a blob's key.
    ///
    /// @param identity empty where there is nothing
    /// @param fault empty where it has the recorded size
    private record Look(String identity, Optional<BrokenBlob> fault) {}

    /// Compares the object of a blob with its record.
    private Look look(Digest digest, long size) throws IOException {
        Optional<StatObjectResponse> object = bucket.stat(S3Keys.blob(digest));
        String identity = object.map(S3Store::identity).orElse("");
        return new Look(
                identity,
                object.isEmpty()
                        ? Optional.of(new BrokenBlob(digest, size, Fault.ABSENT, "nothing", identity))
                        : otherLength(digest, size, object.get().size(), identity));
    }

    /// The ETag alone is that of the bytes that were once written, also after the storage has lost some of
    /// them.
    private static String identity(StatObjectResponse object) {
        return object.etag() + " of " + object.lastModified();
    }

    private static Optional<BrokenBlob> otherLength(Digest digest, long size, long actual, String identity) {
        return actual == size
                ? Optional.empty()
                : Optional.of(
                        new BrokenBlob(digest, size, Fault.LENGTH, "an object of " + actual + " bytes", identity));
    }

    private Download.At at(Digest digest, Duration validFor, long size) throws IOException {
        Instant validUntil = Instant.now().plus(validFor);
        return new Download.At(bucket.presign(signer.orElseThrow(), S3Keys.blob(digest), validFor), validUntil, size);
    }

    @Override
    public Optional<InputStream> read(Digest digest, long size, Range range) throws IOException {
        Optional<InputStream> bytes = open(digest, size, range);
        if (bytes.isEmpty()) {
            look(digest, size).fault().ifPresent(brokenBlobs::report);
        }
        return bytes;
    }

    /// Empty where there is no object of that size.
    private Optional<InputStream> open(Digest digest, long size, Range range) throws IOException {
        if (range.lengthIn(size) == 0) {
            return look(digest, size).fault().isPresent()
                    ? Optional.empty()
                    : Optional.of(InputStream.nullInputStream());
        }
        Optional<S3Bucket.Opened> opened = bucket.get(S3Keys.blob(digest), range);
        if (opened.isPresent() && opened.get().objectBytes() == size) {
            return Optional.of(opened.get().bytes());
        }
        if (opened.isPresent()) {
            opened.get().bytes().close();
        }
        return Optional.empty();
    }

    @Override
    public Optional<BrokenBlob> inspect(Digest digest, long size, LongConsumer pace) throws IOException {
        Look look = look(digest, size);
        if (look.fault().isPresent()) {
            return look.fault();
        }
        Optional<InputStream> bytes = open(digest, size, Range.WHOLE);
        if (bytes.isEmpty()) {
            return look(digest, size).fault();
        }
        Optional<BrokenBlob> broken;
        try (InputStream open = bytes.get()) {
            broken = Inspection.of(digest, size, look.identity(), open, pace);
        }
        if (broken.isEmpty()) {
            brokenBlobs.whole(digest);
        }
        return broken;
    }

    @Override
    public boolean quarantine(BrokenBlob broken) throws IOException {
        String key = S3Keys.blob(broken.digest());
        Optional<StatObjectResponse> object = bucket.stat(key);
        if (object.map(S3Store::identity).filter(broken.identity()::equals).isEmpty()) {
            return false;
        }
        brokenBlobs.report(broken);
        bucket.copy(key, S3Keys.quarantine(broken.digest(), UUID.randomUUID()));
        bucket.delete(key);
        return true;
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
