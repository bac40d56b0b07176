package dev.unipkg.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.publish.OverStore;
import dev.unipkg.registry.wiring.TestDatabase;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Range;
import dev.unipkg.storage.StorageConfig;
import dev.unipkg.storage.StoreLimits;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An upload goes on where it stood after the store was closed and opened again, as a restart does.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ResumedUploadsTest {

    private static final PackageName REPOSITORY = new PackageName("resumed", "uploads");

    @Inject
    EntityManager database;

    @TempDir
    Path folder;

    private final byte[] bytes = new byte[200_000];

    @Test
    void anUploadIsFinishedAfterARestart() throws IOException {
        new Random(7).nextBytes(bytes);
        UUID upload;
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder))) {
            BlobUploads uploads = uploads(store);
            upload = inTransaction(() -> uploads.begin(REPOSITORY));
            long offset = inTransaction(() -> uploads.append(REPOSITORY, upload, chunk(0, part(0, 120_000))));
            assertThat(offset).isEqualTo(120_000);
        }
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(folder))) {
            BlobUploads uploads = uploads(store);
            assertThat(inTransaction(() -> uploads.offset(REPOSITORY, upload))).isEqualTo(120_000);
            Throwable refused = catchThrowable(() -> uploads.append(REPOSITORY, upload, chunk(0, part(0, 10))));
            assertThat(refused)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal()).isEqualTo(new ContentRefusal.OffsetMismatch(120_000, 0)));
            inTransaction(() -> uploads.append(REPOSITORY, upload, chunk(120_000, part(120_000, 80_000))));
            inTransaction(() -> {
                uploads.finish(REPOSITORY, upload, Digest.of(bytes), Optional.empty());
                return upload;
            });
            try (InputStream stored = store.read(Digest.of(bytes), Range.WHOLE).orElseThrow()) {
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
            UUID upload = inTransaction(() -> uploads.begin(REPOSITORY));
            QuarkusTransaction.requiringNew()
                    .run(() -> requireTooLarge(() -> uploads.append(REPOSITORY, upload, chunk(0, part(0, 1001)))));
            assertThat(UploadSession.<UploadSession>findByIdOptional(upload)).isEmpty();
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
            UUID first = inTransaction(() -> now.begin(REPOSITORY));
            inTransaction(() -> now.begin(REPOSITORY));
            Throwable refused = catchThrowable(() -> now.begin(REPOSITORY));
            assertThat(refused)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.refusal()).isEqualTo(new ContentRefusal.TooManyUploads(2)));
            Clock later = Clock.offset(Clock.systemUTC(), BlobUploads.ABANDONED.plusMinutes(1));
            BlobUploads afterAWhile = new BlobUploads(store, OverStore.heldBlobs(store, database), database, later);
            inTransaction(() -> afterAWhile.begin(REPOSITORY));
            assertThat(UploadSession.<UploadSession>findByIdOptional(first)).isEmpty();
        }
    }

    private static void requireTooLarge(ThrowingCallable work) {
        assertThat(catchThrowable(work))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ContentRefusal.TooLarge.class));
    }

    private BlobUploads uploads(BlobStore store) {
        return new BlobUploads(store, OverStore.heldBlobs(store, database), database, Clock.systemUTC());
    }

    private static BlobUploads.Chunk chunk(long offset, InputStream part) {
        return new BlobUploads.Chunk(OptionalLong.of(offset), part);
    }

    private InputStream part(int offset, int length) {
        return new ByteArrayInputStream(bytes, offset, length);
    }

    private static <T> T inTransaction(Callable<T> work) {
        return QuarkusTransaction.requiringNew().call(work);
    }
}
