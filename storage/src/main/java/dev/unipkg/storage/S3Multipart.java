package dev.unipkg.storage;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.ComposeObjectArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.ListMultipartUploadsArgs;
import io.minio.StatObjectResponse;
import io.minio.UploadPartArgs;
import io.minio.UploadPartCopyArgs;
import io.minio.messages.ListMultipartUploadsResult;
import io.minio.messages.Part;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// An object written in parts, a few at a time. It is visible from [#complete] on, as a whole; after [#abort] it is
/// as if it had never begun. Exactly one of the two ends it.
final class S3Multipart implements AutoCloseable {

    /// S3 lists no more in one answer.
    static final int MOST_LISTED = 1_000;

    /// The S3 error codes for a multipart upload that another request already completed.
    private static final Set<String> TAKEN = Set.of("NoSuchUpload", "InvalidPart");

    private static final int MAX_LOOKS = 50;
    // S3 does not tell when an object is there.
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /// The parts in flight; one more is being filled meanwhile.
    private static final int IN_FLIGHT = 2;

    private final S3Bucket bucket;
    private final String key;
    private final String uploadId;
    private final String etagBefore;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Future<Part>> sending = new ArrayDeque<>();
    private final List<Part> sent = new ArrayList<>();
    private int parts;

    private S3Multipart(S3Bucket bucket, String key, String uploadId, String etagBefore) {
        this.bucket = bucket;
        this.key = key;
        this.uploadId = uploadId;
        this.etagBefore = etagBefore;
    }

    static S3Multipart begin(S3Bucket bucket, String key) throws IOException {
        CreateMultipartUploadArgs args = CreateMultipartUploadArgs.builder()
                .bucket(bucket.name())
                .object(key)
                .build();
        return new S3Multipart(
                bucket,
                key,
                bucket.call("begin", key, () -> bucket.client().createMultipartUpload(args))
                        .result()
                        .uploadId(),
                etag(bucket, key));
    }

    /// Empty where there is no object.
    private static String etag(S3Bucket bucket, String key) throws IOException {
        return bucket.stat(key).map(StatObjectResponse::etag).orElse("");
    }

    /// Sends the next part and closes it when it is sent, or when it cannot be. Every part but the last has at
    /// least 5 MiB.
    void add(PartBuffers.Filled part) throws IOException {
        int number = ++parts;
        send(() -> write(number, part), part::close);
    }

    private Part write(int number, PartBuffers.Filled part) throws IOException {
        UploadPartArgs args = UploadPartArgs.builder()
                .bucket(bucket.name())
                .object(key)
                .uploadId(uploadId)
                .partNumber(number)
                .data(part.bytes(), part.length())
                .build();
        return bucket.call("write a part of", key, () -> bucket.client().uploadPart(args))
                .part();
    }

    /// Takes another object of the bucket as the next part, without its bytes coming here.
    void addCopy(String source) throws IOException {
        // The builder of these arguments cannot be called in 9.0.4: it reaches for a private constructor.
        ComposeObjectArgs target = ComposeObjectArgs.builder()
                .bucket(bucket.name())
                .object(key)
                .sources(new ArrayList<>(List.of(bucket.source(source))))
                .build();
        Http.Headers headers = new Http.Headers("x-amz-copy-source", "/" + bucket.name() + "/" + source);
        UploadPartCopyArgs args = new UploadPartCopyArgs(target, uploadId, ++parts, headers);
        send(
                () -> bucket.call(
                                "copy " + source + " into",
                                key,
                                () -> bucket.client().uploadPartCopy(args))
                        .part(),
                () -> {});
    }

    /// @param afterwards runs in any case, when nothing of the part is on its way any more
    private void send(Callable<Part> part, Runnable afterwards) throws IOException {
        FutureTask<Part> task = new FutureTask<>(part);
        boolean started = false;
        try {
            if (sending.size() == IN_FLIGHT) {
                awaitOldest();
            }
            // Not submitted: what is cancelled before it runs would never come to its end.
            senders.execute(() -> {
                try {
                    task.run();
                } finally {
                    afterwards.run();
                }
            });
            started = true;
            sending.add(task);
        } finally {
            if (!started) {
                afterwards.run();
            }
        }
    }

    private void awaitOldest() throws IOException {
        try {
            sent.add(sending.remove().get());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException("could not write " + key, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing " + key, e);
        }
    }

    void complete() throws IOException {
        while (!sending.isEmpty()) {
            awaitOldest();
        }
        CompleteMultipartUploadArgs args = CompleteMultipartUploadArgs.builder()
                .bucket(bucket.name())
                .object(key)
                .uploadId(uploadId)
                .parts(sent.toArray(new Part[0]))
                .build();
        try {
            bucket.call("complete", key, () -> bucket.client().completeMultipartUpload(args));
        } catch (S3Bucket.S3Exception e) {
            // When the answer to a first try was lost, the second finds no upload any more, or one whose parts are
            // just becoming the object, in place of one that was there before.
            if (!TAKEN.contains(e.code()) || !appears()) {
                throw e;
            }
        }
    }

    private boolean appears() throws IOException {
        for (int looks = 0; looks < MAX_LOOKS; looks++) {
            String etag = etag(bucket, key);
            if (!etag.isEmpty() && !etag.equals(etagBefore)) {
                return true;
            }
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + key, e);
            }
        }
        return false;
    }

    /// Never fails: what cannot be dropped now is found by its age later.
    void abort() {
        for (Future<Part> part : sending) {
            part.cancel(true);
        }
        senders.close();
        try {
            abort(bucket, key, uploadId);
        } catch (IOException e) {
            System.getLogger(S3Multipart.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "parts of {0} stay until they are swept: {1}",
                            key,
                            e.getMessage());
        }
    }

    /// Aborts what was begun for a blob before that instant, by whatever process.
    ///
    /// @param atOnce how many S3 is asked to list in one answer
    /// @return how many there were
    static int abortBegunBefore(S3Bucket bucket, Instant before, int atOnce) throws IOException {
        // Listed to the end before the first goes: where the next page begins is told by an upload of this one.
        List<ListMultipartUploadsResult.Upload> abandoned = new ArrayList<>();
        @Nullable String afterKey = null;
        @Nullable String afterUpload = null;
        ListMultipartUploadsResult page;
        do {
            page = page(bucket, afterKey, afterUpload, atOnce);
            page.uploads().stream()
                    .filter(upload -> S3Keys.isBlob(upload.objectName()))
                    .filter(upload -> upload.initiated().toInstant().isBefore(before))
                    .forEach(abandoned::add);
            afterKey = page.nextKeyMarker();
            afterUpload = page.nextUploadIdMarker();
        } while (page.isTruncated() && afterKey != null);
        for (ListMultipartUploadsResult.Upload upload : abandoned) {
            try {
                abort(bucket, upload.objectName(), upload.uploadId());
            } catch (S3Bucket.S3Exception e) {
                // Another process that sweeps too may have been faster.
                if (!TAKEN.contains(e.code())) {
                    throw e;
                }
            }
        }
        return abandoned.size();
    }

    private static ListMultipartUploadsResult page(
            S3Bucket bucket, @Nullable String afterKey, @Nullable String afterUpload, int atOnce) throws IOException {
        ListMultipartUploadsArgs args = ListMultipartUploadsArgs.builder()
                .bucket(bucket.name())
                .keyMarker(afterKey)
                .uploadIdMarker(afterUpload)
                .maxUploads(atOnce)
                .build();
        return bucket.call(
                        "list the multipart uploads", "", () -> bucket.client().listMultipartUploads(args))
                .result();
    }

    private static void abort(S3Bucket bucket, String key, String uploadId) throws IOException {
        AbortMultipartUploadArgs args = AbortMultipartUploadArgs.builder()
                .bucket(bucket.name())
                .object(key)
                .uploadId(uploadId)
                .build();
        bucket.call("drop the parts of", key, () -> bucket.client().abortMultipartUpload(args));
    }

    @Override
    public void close() {
        senders.close();
    }
}
