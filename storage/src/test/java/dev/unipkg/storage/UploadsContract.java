package dev.unipkg.storage;

import static dev.unipkg.storage.Blob.refusedWith;
import static dev.unipkg.storage.BlobStoreContract.LIMITS;
import static dev.unipkg.storage.BlobStoreContract.SEVERAL_PARTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract of the upload sessions of every [BlobStore].
interface UploadsContract {

    BlobStore store();

    void open() throws Exception;

    void close() throws Exception;

    /// Closes the store and opens it again, as a restart does.
    default void reopen() throws Exception {
        close();
        open();
    }

    List<String> leftovers() throws Exception;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5000, SEVERAL_PARTS})
    default void oneAppendOfUnknownLengthBecomesABlob(int size) throws Exception {
        Blob blob = Blob.random(size);
        UUID upload = uploads().begin();

        assertThat(uploads().append(upload, 0, blob.stream())).isEqualTo(size);
        assertThat(uploads().commit(upload, blob.digest())).isEqualTo(blob.size());

        assertStored(blob);
        assertThat(leftovers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5000, SEVERAL_PARTS})
    default void sessionBecomesABlobUnderItsSha512(int size) throws Exception {
        Blob blob = Blob.random(size).bySha512();
        UUID upload = uploads().begin();
        uploads().append(upload, 0, blob.streamOf(0, size / 2));
        uploads().append(upload, size / 2, blob.streamOf(size / 2, size));

        assertThat(uploads().commit(upload, blob.digest())).isEqualTo(size);

        assertStored(blob);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void sessionOfAnotherSha512IsRefusedAndNothingIsKept() throws Exception {
        Blob blob = Blob.random(5000);
        Digest promised = blob.damaged().bySha512().digest();
        UUID upload = uploads().begin();
        uploads().append(upload, 0, blob.stream());

        assertThatThrownBy(() -> uploads().commit(upload, promised))
                .satisfies(refusedWith(new ContentRefusal.DigestMismatch(
                        promised, blob.bySha512().digest())));

        assertThat(store().find(blob.digest(), 5000)).isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void manyAppendsOfAnySizeBecomeABlob() throws Exception {
        Blob blob = Blob.random(SEVERAL_PARTS);
        int[] cuts = {0, 1, 7, 300_000, 6 << 20, 6 << 20, SEVERAL_PARTS - 1, SEVERAL_PARTS};
        UUID upload = uploads().begin();

        for (int i = 1; i < cuts.length; i++) {
            assertThat(uploads().offset(upload)).isEqualTo(cuts[i - 1]);
            assertThat(uploads().append(upload, cuts[i - 1], blob.streamOf(cuts[i - 1], cuts[i])))
                    .isEqualTo(cuts[i]);
        }

        assertThat(uploads().commit(upload, blob.digest())).isEqualTo(blob.size());
        assertStored(blob);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void aSessionSurvivesRestarts() throws Exception {
        Blob blob = Blob.random(SEVERAL_PARTS);
        UUID upload = uploads().begin();

        reopen();
        uploads().append(upload, 0, blob.streamOf(0, 1000));
        reopen();
        assertThat(uploads().offset(upload)).isEqualTo(1000);
        uploads().append(upload, 1000, blob.streamOf(1000, SEVERAL_PARTS));
        reopen();

        assertThat(uploads().commit(upload, blob.digest())).isEqualTo(blob.size());
        assertStored(blob);
        assertThat(leftovers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {StorageConfig.S3.MIN_PART_BYTES, 6 << 20})
    default void whatCameBeforeACutStaysAndTheRestFollows(int cutAfter) throws Exception {
        Blob blob = Blob.random(SEVERAL_PARTS);
        UUID upload = uploads().begin();

        assertThatThrownBy(() -> uploads().append(upload, 0, blob.failingAfter(cutAfter)))
                .hasMessageContaining("the client went away");
        long kept = uploads().offset(upload);

        assertThat(kept).isBetween((long) StorageConfig.S3.MIN_PART_BYTES, (long) cutAfter);
        uploads().append(upload, kept, blob.streamOf((int) kept, SEVERAL_PARTS));
        uploads().commit(upload, blob.digest());
        assertStored(blob);
        assertThat(leftovers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 99, 101, 1L << 40})
    default void anAppendElsewhereIsRefusedWithTheTrueOffset(long offset) throws Exception {
        UUID upload = uploads().begin();
        uploads().append(upload, 0, Blob.random(100).stream());

        assertThatThrownBy(() -> uploads().append(upload, offset, Blob.random(10).stream()))
                .satisfies(refusedWith(new ContentRefusal.OffsetMismatch(100, offset)));

        assertThat(uploads().offset(upload)).isEqualTo(100);
    }

    @Test
    default void ofRacingAppendsExactlyOneWins() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<Blob> blobs = Blob.randomSorted(6);
            UUID upload = uploads().begin();

            List<Boolean> won = Race.of(6, i -> (Callable<Boolean>) () -> wins(upload, 0, blobs.get(i).stream()));

            assertThat(won).containsOnlyOnce(true);
            Blob winner = blobs.get(won.indexOf(true));
            assertThat(uploads().commit(upload, winner.digest())).isEqualTo(winner.size());
            assertStored(winner);
        }
    }

    @Test
    default void anAppendThatStalledIsOvertakenByOneAtTheTrueEnd() throws Exception {
        Blob blob = Blob.random(SEVERAL_PARTS);
        UUID upload = uploads().begin();
        try (PipedOutputStream client = new PipedOutputStream();
                PipedInputStream stalled = new PipedInputStream(client, 1 << 20)) {
            CompletableFuture<Boolean> first = async(() -> wins(upload, 0, stalled));
            client.write(blob.part(0, 100));

            long end = uploads().offset(upload);
            while (showsBytesAsTheyCome() && end < 100) {
                end = uploads().offset(upload);
            }
            uploads().append(upload, end, blob.streamOf((int) end, SEVERAL_PARTS));
            client.write(blob.part(100, 300));
            client.close();

            assertThat(first.get()).isFalse();
        }
        uploads().commit(upload, blob.digest());
        assertStored(blob);
    }

    /// Whether the offset counts the bytes of an append as they come, not only part by part.
    boolean showsBytesAsTheyCome();

    @Test
    default void aCommitWithAnotherDigestIsRefusedAndNothingIsKept() throws Exception {
        for (int size : new int[] {0, 5000, SEVERAL_PARTS}) {
            Blob sent = Blob.random(size);
            Digest promised = Blob.random(10).digest();
            UUID upload = uploads().begin();
            uploads().append(upload, 0, sent.stream());

            assertThatThrownBy(() -> uploads().commit(upload, promised))
                    .satisfies(refusedWith(new ContentRefusal.DigestMismatch(promised, sent.digest())));

            assertThat(store().find(promised, size)).isEmpty();
            assertThat(sent.findIn(store())).isEmpty();
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    default void committingWhatIsThereLeavesItThere() throws Exception {
        Blob blob = Blob.random(2000);
        blob.putInto(store());
        UUID upload = uploads().begin();
        uploads().append(upload, 0, blob.stream());

        assertThat(uploads().commit(upload, blob.digest())).isEqualTo(blob.size());
        assertStored(blob);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void aSessionThatHasEndedIsUnknown() throws Exception {
        Blob blob = Blob.random(10);
        UUID committed = uploads().begin();
        uploads().append(committed, 0, blob.stream());
        uploads().commit(committed, blob.digest());
        UUID discarded = uploads().begin();
        uploads().discard(discarded);

        for (UUID upload : List.of(committed, discarded, UUID.randomUUID())) {
            var unknown = refusedWith(new ContentRefusal.UnknownUpload(upload.toString()));
            assertThatThrownBy(() -> uploads().offset(upload)).satisfies(unknown);
            assertThatThrownBy(() -> uploads().append(upload, 0, blob.stream())).satisfies(unknown);
            assertThatThrownBy(() -> uploads().commit(upload, blob.digest())).satisfies(unknown);
            assertThatThrownBy(() -> uploads().discard(upload)).satisfies(unknown);
        }
        assertStored(blob);
    }

    @Test
    default void racingCommitsMakeOneSoundBlob() throws Exception {
        Blob blob = Blob.random(SEVERAL_PARTS);
        UUID upload = uploads().begin();
        uploads().append(upload, 0, blob.stream());

        List<Optional<Long>> outcomes = Race.of(4, _ -> (Callable<Optional<Long>>) () -> {
            try {
                return Optional.of(uploads().commit(upload, blob.digest()));
            } catch (RefusedException e) {
                assertThat(e.refusal()).isInstanceOf(ContentRefusal.UnknownUpload.class);
                return Optional.empty();
            }
        });

        assertThat(outcomes).anyMatch(Optional::isPresent);
        assertStored(blob);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void anUploadOverTheLimitIsRefusedAndItsSessionEnds() throws Exception {
        UUID upload = uploads().begin();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return length;
            }
        };

        assertThatThrownBy(() -> uploads().append(upload, 0, endless))
                .satisfies(refusedWith(new ContentRefusal.TooLarge("the blob", LIMITS.maxBlobBytes())));

        assertThatThrownBy(() -> uploads().offset(upload)).isInstanceOf(RefusedException.class);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void noMoreSessionsThanAllowedAreOpenAtOnce() throws Exception {
        List<UUID> open = new java.util.ArrayList<>();
        for (int i = 0; i < LIMITS.maxUploads(); i++) {
            open.add(uploads().begin());
        }

        assertThatThrownBy(() -> uploads().begin())
                .satisfies(refusedWith(new ContentRefusal.TooManyUploads(LIMITS.maxUploads())));
        reopen();
        assertThatThrownBy(() -> uploads().begin()).isInstanceOf(RefusedException.class);

        uploads().discard(open.getFirst());
        assertThat(uploads().begin()).isNotNull();
    }

    @Test
    default void idleSessionsCanBeNamedAndDiscarded() throws Exception {
        UUID upload = uploads().begin();
        uploads().append(upload, 0, Blob.random(5000).stream());

        assertThat(uploads().idleSince(Instant.now().minus(Duration.ofHours(1))))
                .isEmpty();
        List<UUID> idle = uploads().idleSince(Instant.now().plus(Duration.ofMinutes(1)));
        assertThat(idle).containsExactly(upload);
        uploads().discard(upload);

        assertThat(uploads().idleSince(Instant.now().plus(Duration.ofMinutes(1))))
                .isEmpty();
        assertThat(leftovers()).isEmpty();
    }

    private Uploads uploads() {
        return store().uploads();
    }

    private boolean wins(UUID upload, long offset, InputStream bytes) throws IOException {
        try {
            uploads().append(upload, offset, bytes);
            return true;
        } catch (RefusedException e) {
            assertThat(e.refusal()).isInstanceOf(ContentRefusal.OffsetMismatch.class);
            return false;
        }
    }

    private static CompletableFuture<Boolean> async(Callable<Boolean> run) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(run.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private void assertStored(Blob blob) throws IOException {
        try (InputStream bytes =
                store().read(blob.digest(), blob.size(), Range.WHOLE).orElseThrow()) {
            assertThat(bytes.readAllBytes()).isEqualTo(blob.bytes());
        }
    }
}
