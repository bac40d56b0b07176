package dev.unipkg.registry.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.RepositoryName;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.registry.wiring.TestDatabase;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Range;
import dev.unipkg.storage.StorageConfig;
import dev.unipkg.storage.StoreLimits;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An upload goes on where it stood after the store was closed and opened again, as a restart does.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ResumedUploadsTest {

    private static final RepositoryName REPOSITORY = new RepositoryName("resumed", "uploads");

    @Inject
    Sql sql;

    @Inject
    NamespaceUsage usage;

    @Inject
    Settings settings;

    @TempDir
    Path folder;

    private final byte[] bytes = new byte[200_000];

    @Test
    void anUploadIsFinishedAfterARestart() throws IOException {
        new Random(7).nextBytes(bytes);
        UUID upload;
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder))) {
            BlobUploads uploads = uploads(store);
            upload = uploads.begin(REPOSITORY);
            long offset = uploads.append(REPOSITORY, upload, chunk(0, part(0, 120_000)));
            assertThat(offset).isEqualTo(120_000);
        }
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder))) {
            BlobUploads uploads = uploads(store);
            assertThat(uploads.offset(REPOSITORY, upload)).isEqualTo(120_000);
            Throwable refused = catchThrowable(() -> uploads.append(REPOSITORY, upload, chunk(0, part(0, 10))));
            assertThat(refused)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal()).isEqualTo(new ContentRefusal.OffsetMismatch(120_000, 0)));
            uploads.append(REPOSITORY, upload, chunk(120_000, part(120_000, 80_000)));
            uploads.finish(REPOSITORY, upload, Digest.of(bytes), Optional.empty());
            try (InputStream stored =
                    store.read(Digest.of(bytes), bytes.length, Range.WHOLE).orElseThrow()) {
                assertThat(stored.readAllBytes()).isEqualTo(bytes);
            }
        }
    }

    @Test
    void whatIsLargerThanAllowedIsRefusedAndLeavesNoSession() throws IOException {
        StoreLimits limits = new StoreLimits(1000, 10);
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder, limits))) {
            BlobUploads uploads = uploads(store);
            Digest digest = Digest.of(bytes);
            requireTooLarge(
                    () -> uploads.put(REPOSITORY, digest, OptionalLong.of(bytes.length), part(0, bytes.length)));
            requireTooLarge(() -> uploads.put(REPOSITORY, digest, OptionalLong.empty(), part(0, bytes.length)));
            UUID upload = uploads.begin(REPOSITORY);
            requireTooLarge(() -> uploads.append(REPOSITORY, upload, chunk(0, part(0, 1001))));
            assertThat(sessions().isFor(upload, REPOSITORY)).isFalse();
            store.list(Optional.empty(), (stored, size, when) -> {
                throw new AssertionError("something was stored: " + stored);
            });
        }
    }

    @Test
    void aSessionThatNobodyComesBackToGivesWayWhenThereIsNoRoom() throws IOException {
        StoreLimits limits = new StoreLimits(1000, 2);
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder, limits))) {
            BlobUploads now = uploads(store);
            UUID first = now.begin(REPOSITORY);
            now.begin(REPOSITORY);
            Throwable refused = catchThrowable(() -> now.begin(REPOSITORY));
            assertThat(refused)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal()).isEqualTo(new ContentRefusal.TooManyUploads(2)));
            Clock later = Clock.offset(Clock.systemUTC(), BlobUploads.ABANDONED.plusMinutes(1));
            BlobUploads afterAWhile = uploads(store, later);
            afterAWhile.begin(REPOSITORY);
            assertThat(sessions().isFor(first, REPOSITORY)).isFalse();
        }
    }

    @Test
    void ofChunksThatRaceThroughTwoServersOneIsAcknowledged() throws IOException {
        UUID upload = UUID.randomUUID();
        sessions().open(upload, REPOSITORY);
        sessions().advance(upload, 0, 10);
        assertThat(catchThrowable(() -> sessions().advance(upload, 0, 20)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(new ContentRefusal.OffsetMismatch(10, 0)));
        // A chunk that was cut off is in the store as far as it came, and the next one goes on there.
        sessions().advance(upload, 15, 20);
        sessions().forget(upload);
        assertThat(catchThrowable(() -> sessions().advance(upload, 20, 30)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.UnknownUpload.class));
    }

    @Test
    void whatLostItsBytesDoesNotCountForEver() throws IOException {
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder, new StoreLimits(1000, 2)))) {
            BlobUploads uploads = uploads(store);
            UUID lost = uploads.begin(REPOSITORY);
            store.uploads().discard(lost);
            assertThat(sessions().isFor(lost, REPOSITORY)).isTrue();
            Clock later = Clock.offset(Clock.systemUTC(), BlobUploads.ABANDONED.plusMinutes(1));
            uploads.begin(REPOSITORY);
            uploads.begin(REPOSITORY);
            uploads(store, later).begin(REPOSITORY);
            assertThat(sessions().isFor(lost, REPOSITORY)).isFalse();
        }
    }

    @Test
    void oneNamespaceLeavesRoomForTheOthers() throws IOException {
        RepositoryName greedy = new RepositoryName("greedy", "uploads");
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder))) {
            BlobUploads uploads = uploads(store);
            UUID first = uploads.begin(greedy);
            for (int i = 1; i < UploadSessions.MAX_PER_NAMESPACE; i++) {
                uploads.begin(new RepositoryName("greedy", "other" + i));
            }
            assertThat(catchThrowable(() -> uploads.begin(greedy)))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal())
                                    .isEqualTo(new ContentRefusal.TooManyUploads(UploadSessions.MAX_PER_NAMESPACE)));
            assertThat(store.uploads().idleSince(Instant.now().plusSeconds(60)))
                    .hasSize(UploadSessions.MAX_PER_NAMESPACE);
            uploads.cancel(REPOSITORY, uploads.begin(REPOSITORY));
            uploads.cancel(greedy, first);
            uploads.begin(greedy);
        }
    }

    @Test
    void aBlobOfUnknownSizeCountsWhileItIsSent() throws IOException {
        RepositoryName greedy = new RepositoryName("unannounced", "uploads");
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder))) {
            BlobUploads uploads = uploads(store);
            for (int i = 1; i < UploadSessions.MAX_PER_NAMESPACE; i++) {
                uploads.begin(greedy);
            }
            Digest digest = Digest.of(bytes);
            InputStream another = new SequenceInputStream(part(0, 10), new InputStream() {
                @Override
                public int read() throws IOException {
                    uploads.begin(greedy);
                    throw new IOException("one more had a place");
                }
            });

            requireTooMany(() -> uploads.put(greedy, digest, OptionalLong.empty(), another));

            uploads.put(greedy, digest, OptionalLong.empty(), part(0, bytes.length));
            uploads.begin(greedy);
            requireTooMany(() -> uploads.put(greedy, digest, OptionalLong.empty(), part(0, 10)));
            assertThat(store.uploads().idleSince(Instant.now().plusSeconds(60)))
                    .hasSize(UploadSessions.MAX_PER_NAMESPACE);
        }
    }

    private static void requireTooMany(ThrowingCallable work) {
        assertThat(catchThrowable(work))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal())
                                .isEqualTo(new ContentRefusal.TooManyUploads(UploadSessions.MAX_PER_NAMESPACE)));
    }

    private static void requireTooLarge(ThrowingCallable work) {
        assertThat(catchThrowable(work))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.TooLarge.class));
    }

    private BlobUploads uploads(BlobStore store) {
        return uploads(store, Clock.systemUTC());
    }

    private BlobUploads uploads(BlobStore store, Clock clock) {
        return new BlobUploads(store, new Leases(sql, store, usage, settings), usage, sessions(), clock);
    }

    /// As another server would see them.
    private UploadSessions sessions() {
        return new UploadSessions(sql, Clock.systemUTC());
    }

    private static BlobUploads.Chunk chunk(long offset, InputStream part) {
        return new BlobUploads.Chunk(OptionalLong.of(offset), OptionalLong.empty(), part);
    }

    private InputStream part(int offset, int length) {
        return new ByteArrayInputStream(bytes, offset, length);
    }
}
