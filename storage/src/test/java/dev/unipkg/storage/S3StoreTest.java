package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.storage.StorageConfig.Credentials;
import dev.unipkg.storage.StorageConfig.Delivery;
import io.minio.ListMultipartUploadsArgs;
import io.minio.RemoveBucketArgs;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3StoreTest implements BlobStoreContract, WholenessContract, UploadsContract, AbruptStopContract {

    private final String name = "store-" + UUID.randomUUID();
    private StorageConfig.S3 config;
    private final HeardFaults heard = new HeardFaults();
    private BlobStore store;

    @BeforeEach
    @Override
    public void open() throws IOException {
        URI endpoint = S3Proxy.running().endpoint();
        config = config(endpoint, S3Proxy.CREDENTIALS, new Delivery.Redirected(endpoint, Duration.ofMinutes(5)));
        store = BlobStore.open(config, heard);
    }

    private StorageConfig.S3 config(URI endpoint, Credentials credentials, Delivery delivery) {
        return new StorageConfig.S3(
                endpoint, "us-east-1", name, credentials, true, delivery, StorageConfig.S3.MIN_PART_BYTES, 3, LIMITS);
    }

    private StorageConfig.S3 withOnePartInMemory() {
        return new StorageConfig.S3(
                config.endpoint(),
                config.region(),
                name,
                config.credentials(),
                true,
                config.delivery(),
                config.partBytes(),
                1,
                StoreLimits.DEFAULT);
    }

    @AfterEach
    @Override
    public void close() throws IOException {
        store.close();
    }

    @Override
    public BlobStore store() {
        return store;
    }

    @Override
    public boolean showsBytesAsTheyCome() {
        return false;
    }

    @Override
    public HeardFaults heard() {
        return heard;
    }

    @Override
    public void replace(Blob blob, Optional<byte[]> bytes) throws IOException {
        try (S3Bucket bucket = new S3Bucket(config)) {
            String key = S3Keys.blob(blob.digest());
            bucket.delete(key);
            if (bytes.isPresent()) {
                bucket.put(key, bytes.get(), bytes.get().length);
            }
        }
    }

    @Override
    public List<byte[]> quarantined() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        try (S3Bucket bucket = new S3Bucket(config)) {
            bucket.list("quarantine/", null, object -> {
                try (InputStream bytes = bucket.get(object.objectName(), Range.WHOLE)
                        .orElseThrow()
                        .bytes()) {
                    return contents.add(bytes.readAllBytes());
                }
            });
        }
        return contents;
    }

    @Override
    public List<String> leftovers() throws IOException {
        List<String> leftovers = new ArrayList<>();
        try (S3Bucket bucket = new S3Bucket(config)) {
            bucket.list("", null, object -> {
                if (!object.objectName().matches("blobs/(sha256/[0-9a-f]{64}|sha512/[0-9a-f]{128})")) {
                    leftovers.add(object.objectName());
                }
                return true;
            });
            ListMultipartUploadsArgs all =
                    ListMultipartUploadsArgs.builder().bucket(name).build();
            bucket.client()
                    .listMultipartUploads(all)
                    .join()
                    .result()
                    .uploads()
                    .forEach(upload -> leftovers.add("parts of " + upload.objectName()));
        }
        return leftovers;
    }

    @Override
    public List<String> place() {
        return List.of("s3", S3Proxy.running().endpoint().toString(), name);
    }

    @Override
    public void removePlace() throws IOException {
        try (S3Bucket bucket = new S3Bucket(config)) {
            RemoveBucketArgs args = RemoveBucketArgs.builder().bucket(name).build();
            bucket.call("remove", "", () -> bucket.client().removeBucket(args));
        }
    }

    @Override
    public void sweepAbandoned() throws IOException {
        ((S3Store) store).dropAbandoned(Instant.now().plus(Duration.ofHours(1)));
    }

    @Test
    void anyReplicaContinuesASessionOfAnother() throws Exception {
        Blob blob = Blob.random(SEVERAL_PARTS);
        try (BlobStore second = BlobStore.open(config);
                BlobStore third = BlobStore.open(config)) {
            UUID upload = store.uploads().begin();
            store.uploads().append(upload, 0, blob.streamOf(0, 1000));
            second.uploads().append(upload, 1000, blob.streamOf(1000, 8 << 20));
            store.uploads().append(upload, 8 << 20, blob.streamOf(8 << 20, SEVERAL_PARTS));

            assertThat(third.uploads().commit(upload, blob.digest())).isEqualTo(blob.size());

            assertThat(second.read(blob.digest(), blob.size(), Range.WHOLE).orElseThrow())
                    .hasBinaryContent(blob.bytes());
        }
        assertThat(leftovers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, SEVERAL_PARTS})
    void otherBytesOfAnotherProcessAtTheSameOffsetMakeNoBlob(int size) throws Exception {
        Blob blob = Blob.random(size);
        UUID upload = store.uploads().begin();
        store.uploads().append(upload, 0, blob.stream());
        byte[] others = Blob.random(size + 1).bytes();
        try (S3Bucket bucket = new S3Bucket(config)) {
            bucket.put(S3Keys.chunk(upload, 0, UUID.randomUUID()), others, others.length);
        }

        assertThatThrownBy(() -> store.uploads().commit(upload, blob.digest()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(Digest.of(others).toString());

        assertThat(blob.findIn(store)).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void appendThatAnotherProcessOvertookDoesNotDisturbTheSession() throws Exception {
        Blob blob = Blob.random(SEVERAL_PARTS);
        UUID upload = store.uploads().begin();
        int overtaken = 3000;
        try (BlobStore second = BlobStore.open(config);
                S3Bucket bucket = new S3Bucket(config)) {
            store.uploads().append(upload, 0, blob.streamOf(0, 6 << 20));
            // The beginning once more, from a process that stalled when it had read this much.
            bucket.put(S3Keys.chunk(upload, 0, UUID.randomUUID()), blob.part(0, overtaken), overtaken);
            bucket.put(S3Keys.chunk(upload, 6 << 20, UUID.randomUUID()), blob.part(6 << 20, (6 << 20) + 10), 10);

            assertThat(second.uploads().offset(upload)).isEqualTo((6 << 20) + 10);
            second.uploads().append(upload, (6 << 20) + 10, blob.streamOf((6 << 20) + 10, SEVERAL_PARTS));

            assertThat(store.uploads().commit(upload, blob.digest())).isEqualTo(SEVERAL_PARTS);
        }
        assertThat(store.read(blob.digest(), SEVERAL_PARTS, Range.WHOLE).orElseThrow())
                .hasBinaryContent(blob.bytes());
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aCrowdIsServedWithLittleMemory() throws Exception {
        OtherProcess.Ended ended = OtherProcess.withLittleMemory("crowd", place());

        assertThat(ended.output()).isEmpty();
        assertThat(ended.status()).isZero();
        List<Digest> stored = new ArrayList<>();
        store.list(Optional.empty(), (digest, _, _) -> stored.add(digest));
        assertThat(stored).hasSize(ManyUploads.SILENT + ManyUploads.LOUD);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @Timeout(120)
    void memoryForOnePartSufficesForACrowd() throws Exception {
        try (BlobStore narrow = BlobStore.open(withOnePartInMemory())) {
            ManyUploads.meetAt(narrow);
        }
    }

    @Test
    void sessionsAreFoundByOneNameEachHoweverManyChunksTheyHave() throws Exception {
        UUID first = store.uploads().begin();
        UUID second = store.uploads().begin();
        for (int i = 0; i < 3; i++) {
            store.uploads().append(first, i, Blob.random(1).stream());
        }
        try (S3Bucket bucket = new S3Bucket(config)) {
            assertThat(bucket.folders(S3Keys.UPLOADS, 1))
                    .containsExactlyInAnyOrder(S3Keys.session(first), S3Keys.session(second));
        }
    }

    @Test
    void aPresignedAddressGivesTheBlobAndItsRanges() throws Exception {
        Blob blob = Blob.random(100_000);
        blob.putInto(store);

        Download.At at = (Download.At) blob.findIn(store).orElseThrow();

        assertThat(at.size()).isEqualTo(100_000);
        assertThat(at.validUntil())
                .isBetween(Instant.now().plusSeconds(290), Instant.now().plusSeconds(300));
        HttpResponse<byte[]> whole = fetch(at.uri());
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(blob.bytes());
        HttpResponse<byte[]> part = fetch(at.uri(), "Range", "bytes=10-19");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(blob.part(10, 20));
    }

    @Test
    void aPresignedAddressThatWasTamperedWithIsRefused() throws Exception {
        Blob blob = Blob.random(100);
        Blob other = Blob.random(100);
        blob.putInto(store);
        other.putInto(store);
        String address = ((Download.At) blob.findIn(store).orElseThrow()).uri().toString();

        String otherBlob = address.replace(blob.digest().hex(), other.digest().hex());
        String longer = address.replace("X-Amz-Expires=300", "X-Amz-Expires=3000");
        String unsigned = address.substring(0, address.indexOf('?'));

        for (String tampered : List.of(otherBlob, longer, unsigned)) {
            assertThat(tampered).isNotEqualTo(address);
            assertThat(fetch(URI.create(tampered)).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void aPresignedAddressExpires() throws Exception {
        Blob blob = Blob.random(100);
        URI endpoint = S3Proxy.running().endpoint();
        Delivery brief = new Delivery.Redirected(endpoint, Duration.ofSeconds(1));
        try (BlobStore briefly = BlobStore.open(config(endpoint, S3Proxy.CREDENTIALS, brief))) {
            blob.putInto(briefly);
            Download.At at = (Download.At) blob.findIn(briefly).orElseThrow();

            Thread.sleep(Duration.between(Instant.now(), at.validUntil()).plusSeconds(2));

            assertThat(fetch(at.uri()).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void addressesAreOfTheEndpointThatClientsSee() throws Exception {
        Blob blob = Blob.random(100);
        blob.putInto(store);
        Delivery outside = new Delivery.Redirected(URI.create("https://blobs.example.org"), Duration.ofMinutes(1));
        try (BlobStore behind = BlobStore.open(config(S3Proxy.running().endpoint(), S3Proxy.CREDENTIALS, outside))) {

            Download.At at = (Download.At) blob.findIn(behind).orElseThrow();

            assertThat(at.uri().getScheme()).isEqualTo("https");
            assertThat(at.uri().getHost()).isEqualTo("blobs.example.org");
        }
    }

    @Test
    void aProxiedStoreGivesTheBytesItself() throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store);
        Delivery proxied = new Delivery.Proxied();
        try (BlobStore inside = BlobStore.open(config(S3Proxy.running().endpoint(), S3Proxy.CREDENTIALS, proxied))) {

            Download.Bytes bytes = (Download.Bytes) blob.findIn(inside).orElseThrow();

            assertThat(bytes.size()).isEqualTo(5000);
            assertThat(bytes.open(Range.WHOLE)).hasBinaryContent(blob.bytes());
            assertThat(bytes.open(new Range(100, 50))).hasBinaryContent(blob.part(100, 150));
        }
    }

    @Test
    void wrongCredentialsAreToldInASentenceWithoutTheSecret() {
        StorageConfig.S3 wrong = config(
                S3Proxy.running().endpoint(), new Credentials("tester", "not the secret"), new Delivery.Proxied());

        assertThatThrownBy(() -> BlobStore.open(wrong))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bucket " + name)
                .hasMessageNotContaining("not the secret");
        assertThat(wrong.toString()).doesNotContain("not the secret");
    }

    @Test
    void partsThatNobodyCompletesAreDroppedByTheirAge() throws Exception {
        try (S3Bucket bucket = new S3Bucket(config)) {
            S3Multipart.begin(bucket, S3Keys.blob(Blob.random(1).digest())).close();
            assertThat(leftovers()).hasSize(1);

            ((S3Store) store).dropAbandoned(Instant.now().minus(Duration.ofHours(1)));
            assertThat(leftovers()).hasSize(1);

            ((S3Store) store).dropAbandoned(Instant.now().plus(Duration.ofHours(1)));
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    void aStoreThatStaysOpenDropsThemToo() throws Exception {
        AtomicLong now = new AtomicLong(System.currentTimeMillis());
        InstantSource clock = () -> Instant.ofEpochMilli(now.get());
        try (S3Bucket bucket = new S3Bucket(config);
                BlobStore open = S3Store.open(config, StoreListener.SILENT, clock.withZone(ZoneOffset.UTC))) {
            S3Multipart.begin(bucket, S3Keys.blob(Blob.random(1).digest())).close();
            Blob first = Blob.random(config.partBytes() + 1);
            first.putInto(open);
            assertThat(leftovers()).hasSize(1);

            now.addAndGet(Duration.ofHours(25).toMillis());
            Blob second = Blob.random(config.partBytes() + 2);
            second.putInto(open);
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    void theyAreDroppedHoweverManyPagesTheyFill() throws Exception {
        try (S3Bucket bucket = new S3Bucket(config)) {
            String twice = S3Keys.blob(Blob.random(1).digest());
            for (String key : List.of(twice, twice, S3Keys.blob(Blob.random(2).digest()), "somebody-elses", twice)) {
                S3Multipart.begin(bucket, key).close();
            }
            Instant now = Instant.now().plus(Duration.ofHours(1));

            assertThat(S3Multipart.abortBegunBefore(bucket, now, 1)).isEqualTo(4);
            assertThat(leftovers()).containsExactly("parts of somebody-elses");
            assertThat(S3Multipart.abortBegunBefore(bucket, now, 1)).isZero();
        }
    }

    private static HttpResponse<byte[]> fetch(URI uri, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}
