package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import io.minio.StatObjectResponse;
import io.minio.messages.ListBucketResultV2;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Checks a bucket by the requests that an [S3Store] makes.
final class S3Check {

    private static final int PART = StorageConfig.S3.MIN_PART_BYTES;
    private static final int SMALL = 1000;
    private static final String ABSENT = "no object";

    /// Every name that the check writes.
    private static final List<String> NAMES =
            List.of("one", "a", "b", "c", "copy", "parts", "overwritten", "part", "joined", "aborted");

    private final S3Bucket bucket;
    private final PartBuffers buffers = new PartBuffers(2, PART);
    private final String prefix = "checks/" + UUID.randomUUID() + "/";
    private final Random random = new Random();
    private final byte[] first = random(SMALL);
    private final byte[] second = random(SMALL / 2);
    private final byte[] large = random(2 * PART + SMALL);

    private S3Check(S3Bucket bucket) {
        this.bucket = bucket;
    }

    static StoreCheck.Report of(StorageConfig.S3 config) throws IOException {
        try (S3Bucket bucket = new S3Bucket(config)) {
            bucket.make();
            String place = "the bucket %s at %s (region %s, %s)"
                    .formatted(
                            config.bucket(),
                            config.endpoint(),
                            config.region(),
                            config.pathStyle() ? "its name in the path" : "its name in the host");
            return new StoreCheck.Report(place, new S3Check(bucket).results());
        }
    }

    private List<StoreCheck.Result> results() {
        return List.of(
                StoreCheck.result("read after write", () -> written("one", first)),
                StoreCheck.result("size (HEAD)", () -> size("one", SMALL)),
                StoreCheck.result("ranges", this::range),
                StoreCheck.result("a range past the end", this::rangePastTheEnd),
                StoreCheck.result("read after overwrite", () -> written("one", second)),
                StoreCheck.result("size after overwrite", () -> size("one", second.length)),
                StoreCheck.result("absence", () -> StoreCheck.compare(ABSENT, read("absent"))),
                StoreCheck.result("list after write", this::list),
                StoreCheck.result("list after a key", this::listAfter),
                StoreCheck.result("list in pages", this::listInPages),
                StoreCheck.result("delete", this::delete),
                StoreCheck.result("list after delete", this::listAfterDelete),
                StoreCheck.result("copy", this::copy),
                StoreCheck.result("multipart: invisible before it is completed", this::invisibleParts),
                StoreCheck.result("multipart: read after it is completed", this::parts),
                StoreCheck.result("multipart: overwrite", this::overwritingParts),
                StoreCheck.result("multipart: parts that are copies", this::copiedParts),
                StoreCheck.result("multipart: abort", this::abort),
                StoreCheck.result("removal of what the check wrote", this::clear));
    }

    private byte[] random(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String described(byte[] bytes) {
        return bytes.length + " bytes with " + Digest.of(bytes);
    }

    private String read(String name) throws IOException {
        Optional<S3Bucket.Opened> opened = bucket.get(prefix + name, Range.WHOLE);
        if (opened.isEmpty()) {
            return ABSENT;
        }
        try (InputStream in = opened.get().bytes()) {
            return described(in.readAllBytes());
        }
    }

    private String written(String name, byte[] bytes) throws IOException {
        bucket.put(prefix + name, bytes, bytes.length);
        return StoreCheck.compare(described(bytes), read(name));
    }

    private String size(String name, long expected) throws IOException {
        Optional<StatObjectResponse> object = bucket.stat(prefix + name);
        return StoreCheck.compare(
                expected + " bytes",
                object.map(found -> found.size() + " bytes").orElse(ABSENT));
    }

    private String range() throws IOException {
        Optional<S3Bucket.Opened> opened = bucket.get(prefix + "one", new Range(10, 20));
        if (opened.isEmpty()) {
            return "expected 20 bytes, got " + ABSENT;
        }
        try (InputStream in = opened.get().bytes()) {
            return StoreCheck.compare(
                    described(Arrays.copyOfRange(first, 10, 30)) + " of " + SMALL,
                    described(in.readAllBytes()) + " of " + opened.get().objectBytes());
        }
    }

    private String rangePastTheEnd() throws IOException {
        Optional<S3Bucket.Opened> opened = bucket.get(prefix + "one", new Range(SMALL, 1));
        if (opened.isEmpty()) {
            return "";
        }
        try (InputStream in = opened.get().bytes()) {
            return "expected InvalidRange, got " + in.readAllBytes().length + " bytes";
        }
    }

    private List<String> names(Optional<String> after) throws IOException {
        List<String> names = new ArrayList<>();
        bucket.list(
                prefix,
                after.map(prefix::concat).orElse(null),
                object -> names.add(object.objectName().substring(prefix.length())));
        return names;
    }

    private String list() throws IOException {
        for (String name : List.of("b", "a", "c")) {
            bucket.put(prefix + name, first, first.length);
        }
        return StoreCheck.compare(List.of("a", "b", "c", "one"), names(Optional.empty()));
    }

    private String listAfter() throws IOException {
        return StoreCheck.compare(List.of("c", "one"), names(Optional.of("b")));
    }

    private String listInPages() throws IOException {
        List<String> names = new ArrayList<>();
        @Nullable String token = null;
        for (int page = 0; page < 10; page++) {
            ListBucketResultV2 listed = bucket.page(prefix, null, token, 1);
            listed.contents().forEach(object -> names.add(object.objectName().substring(prefix.length())));
            if (!listed.isTruncated()) {
                break;
            }
            token = listed.nextContinuationToken();
        }
        return StoreCheck.compare(List.of("a", "b", "c", "one"), names);
    }

    private String delete() throws IOException {
        bucket.delete(prefix + "b");
        bucket.delete(prefix + "b");
        return StoreCheck.compare(ABSENT, read("b"));
    }

    private String listAfterDelete() throws IOException {
        return StoreCheck.compare(List.of("a", "c", "one"), names(Optional.empty()));
    }

    private String copy() throws IOException {
        bucket.copy(prefix + "a", prefix + "copy");
        return StoreCheck.compare(described(first), read("copy"));
    }

    private void send(S3Multipart parts, byte[] bytes) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes);
        for (int at = 0; at < bytes.length; at += PART) {
            parts.add(buffers.read(in));
        }
    }

    private String invisibleParts() throws IOException {
        try (S3Multipart parts = S3Multipart.begin(bucket, prefix + "parts")) {
            send(parts, large);
            String before = read("parts");
            parts.complete();
            return StoreCheck.compare(ABSENT, before);
        }
    }

    private String parts() throws IOException {
        return StoreCheck.compare(described(large), read("parts"));
    }

    private String overwritingParts() throws IOException {
        bucket.put(prefix + "overwritten", first, first.length);
        try (S3Multipart parts = S3Multipart.begin(bucket, prefix + "overwritten")) {
            send(parts, large);
            String before = StoreCheck.compare(described(first), read("overwritten"));
            parts.complete();
            return before.isEmpty() ? StoreCheck.compare(described(large), read("overwritten")) : before;
        }
    }

    private String copiedParts() throws IOException {
        bucket.put(prefix + "part", large, PART);
        try (S3Multipart parts = S3Multipart.begin(bucket, prefix + "joined")) {
            parts.addCopy(prefix + "part");
            parts.addCopy(prefix + "c");
            parts.complete();
        }
        byte[] joined = Arrays.copyOf(large, PART + SMALL);
        System.arraycopy(first, 0, joined, PART, SMALL);
        return StoreCheck.compare(described(joined), read("joined"));
    }

    private String abort() throws IOException {
        try (S3Multipart parts = S3Multipart.begin(bucket, prefix + "aborted")) {
            send(parts, large);
            parts.abort();
        }
        return StoreCheck.compare(ABSENT, read("aborted"));
    }

    private String clear() throws IOException {
        for (String name : NAMES) {
            bucket.delete(prefix + name);
        }
        return StoreCheck.compare(List.of(), names(Optional.empty()));
    }
}
