package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.storage.BrokenBlob.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The contract of every [BlobStore] for blobs that were damaged from outside.
interface WholenessContract {

    /// Damage that any place can suffer.
    enum Damage {
        SHORTER(Fault.LENGTH),
        LONGER(Fault.LENGTH),
        EMPTY(Fault.LENGTH),
        ABSENT(Fault.ABSENT);

        final Fault fault;

        Damage(Fault fault) {
            this.fault = fault;
        }

        Optional<byte[]> of(Blob blob) {
            return switch (this) {
                case SHORTER -> Optional.of(blob.part(0, blob.size() / 2));
                case LONGER -> Optional.of(Arrays.copyOf(blob.bytes(), blob.size() + 1));
                case EMPTY -> Optional.of(new byte[0]);
                case ABSENT -> Optional.empty();
            };
        }
    }

    BlobStore store();

    /// The events of the store's listener.
    HeardFaults heard();

    /// Puts other bytes in the place of the blob, or nothing, behind the back of the store.
    void replace(Blob blob, Optional<byte[]> bytes) throws Exception;

    /// The contents of all blobs that were put aside.
    List<byte[]> quarantined() throws Exception;

    @ParameterizedTest
    @EnumSource
    default void brokenBlobIsGivenToNobodyAndReportedOnce(Damage damage) throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store());
        replace(blob, damage.of(blob));

        for (int i = 0; i < 2; i++) {
            assertThat(blob.findIn(store())).isEmpty();
            for (Range range : List.of(Range.WHOLE, new Range(0, 10), new Range(4990, 10), new Range(0, 0))) {
                assertThat(store().read(blob.digest(), blob.size(), range)).isEmpty();
            }
        }

        assertThat(heard().broken).singleElement().satisfies(broken -> {
            assertThat(broken.digest()).isEqualTo(blob.digest());
            assertThat(broken.fault()).isEqualTo(damage.fault);
            assertThat(broken.message()).contains("expected 5000 bytes", "pushing the same bytes again repairs it");
        });
    }

    @ParameterizedTest
    @EnumSource
    default void putOfTheRightBytesRepairsABrokenBlob(Damage damage) throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store());
        replace(blob, damage.of(blob));
        assertThat(blob.findIn(store())).isEmpty();

        blob.putInto(store());

        assertWhole(blob);
        assertThat(heard().repaired).containsExactly(blob.digest());
    }

    @ParameterizedTest
    @EnumSource
    default void uploadOfTheRightBytesRepairsABrokenBlob(Damage damage) throws Exception {
        for (int size : List.of(5000, BlobStoreContract.SEVERAL_PARTS)) {
            Blob blob = Blob.random(size);
            blob.putInto(store());
            replace(blob, damage.of(blob));

            UUID upload = store().uploads().begin();
            store().uploads().append(upload, 0, blob.stream());
            store().uploads().commit(upload, blob.digest());

            assertWhole(blob);
        }
    }

    @Test
    default void putReplacesOtherBytesOfTheSameLength() throws Exception {
        for (int size : List.of(5000, BlobStoreContract.SEVERAL_PARTS)) {
            Blob blob = Blob.random(size);
            blob.putInto(store());
            replace(blob, Optional.of(blob.damaged().bytes()));

            blob.putInto(store());

            assertWhole(blob);
        }
    }

    @Test
    default void wrongBytesDoNotReplaceABrokenBlob() throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store());
        replace(blob, Optional.of(blob.part(0, 100)));

        assertThatThrownBy(() -> store().put(blob.digest(), blob.size(), blob.damaged().stream()))
                .isInstanceOf(RefusedException.class);

        assertThat(blob.findIn(store())).isEmpty();
        assertThat(heard().repaired).isEmpty();
    }

    @Test
    default void inspectionFindsNothingWrongWithAWholeBlobAndReadsAllOfIt() throws Exception {
        Blob blob = Blob.random(300_000);
        blob.putInto(store());
        AtomicLong read = new AtomicLong();

        assertThat(store().inspect(blob.digest(), blob.size(), read::addAndGet)).isEmpty();

        assertThat(read).hasValue(300_000);
        assertThat(heard().broken).isEmpty();
    }

    @Test
    default void inspectionFindsOtherBytesOfTheSameLength() throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store());
        replace(blob, Optional.of(blob.damaged().bytes()));

        Optional<BrokenBlob> broken = inspect(blob);

        assertThat(broken).map(BrokenBlob::fault).contains(Fault.CONTENT);
        assertThat(broken.orElseThrow().message())
                .contains("bytes whose digest is " + blob.damaged().digest());
    }

    @ParameterizedTest
    @EnumSource
    default void inspectionFindsWhatLooksBroken(Damage damage) throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store());
        replace(blob, damage.of(blob));

        assertThat(inspect(blob)).map(BrokenBlob::fault).contains(damage.fault);
        assertThat(heard().broken)
                .as("it may have been deleted on purpose; the caller decides")
                .isEmpty();
    }

    @Test
    default void blobThatIsDeletedDuringItsInspectionIsAbsentOrReadToItsEnd() throws Exception {
        Blob blob = Blob.random(5_000_000);
        blob.putInto(store());
        AtomicBoolean deleted = new AtomicBoolean();

        try {
            Optional<BrokenBlob> broken = store().inspect(blob.digest(), blob.size(), _ -> {
                if (!deleted.getAndSet(true)) {
                    delete(blob);
                }
            });

            assertThat(broken).isEmpty();
        } catch (IOException cutOff) {
            // Object storage may end the answer.
        }
        assertThat(deleted).isTrue();
        assertThat(heard().broken).isEmpty();
    }

    private void delete(Blob blob) {
        try {
            store().delete(blob.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    default void inspectionThatFindsABrokenBlobWholeAgainTellsTheListener() throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store());
        replace(blob, Optional.empty());
        assertThat(blob.findIn(store())).isEmpty();
        replace(blob, Optional.of(blob.bytes()));

        assertThat(inspect(blob)).isEmpty();

        assertThat(heard().repaired).containsExactly(blob.digest());
    }

    @Test
    default void quarantinedBlobIsAbsentAndItsBytesAreKeptAside() throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store());
        replace(blob, Optional.of(blob.damaged().bytes()));

        BrokenBlob broken = inspect(blob).orElseThrow();
        assertThat(store().quarantine(broken)).isTrue();

        assertThat(heard().broken).containsExactly(broken);
        assertThat(blob.findIn(store())).isEmpty();
        List<Digest> listed = new ArrayList<>();
        store().list(Optional.empty(), (digest, _, _) -> listed.add(digest));
        assertThat(listed).isEmpty();
        assertThat(quarantined()).containsExactly(blob.damaged().bytes());
        assertThat(heard().broken).hasSize(1);

        blob.putInto(store());
        assertWhole(blob);
        assertThat(heard().repaired).containsExactly(blob.digest());
    }

    @Test
    default void blobThatWasRepairedSinceItsInspectionIsNotPutAside() throws Exception {
        Blob blob = Blob.random(5000);
        blob.putInto(store());
        replace(blob, Optional.of(blob.part(0, 100)));
        BrokenBlob broken = inspect(blob).orElseThrow();
        blob.putInto(store());

        assertThat(store().quarantine(broken)).isFalse();

        assertWhole(blob);
        assertThat(quarantined()).isEmpty();
        assertThat(heard().broken).isEmpty();
    }

    @Test
    default void absentBlobIsNotPutAside() throws Exception {
        Blob blob = Blob.random(5000);

        assertThat(store().quarantine(inspect(blob).orElseThrow())).isFalse();

        assertThat(quarantined()).isEmpty();
    }

    @Test
    default void durableBlobStaysVisibleWhileItIsPutAgain() throws Exception {
        Blob blob = Blob.random(200_000);
        blob.putInto(store());

        List<Boolean> seen = Race.of(8, i -> (Callable<Boolean>) () -> {
            for (int round = 0; round < 20; round++) {
                if (i % 2 == 0) {
                    blob.putInto(store());
                } else if (blob.findIn(store()).isEmpty()) {
                    return false;
                }
            }
            return true;
        });

        assertThat(seen).containsOnly(true);
    }

    private Optional<BrokenBlob> inspect(Blob blob) throws IOException {
        return store().inspect(blob.digest(), blob.size(), _ -> {});
    }

    private void assertWhole(Blob blob) throws IOException {
        assertThat(blob.findIn(store())).map(Download::size).contains((long) blob.size());
        try (InputStream bytes =
                store().read(blob.digest(), blob.size(), Range.WHOLE).orElseThrow()) {
            assertThat(bytes.readAllBytes()).isEqualTo(blob.bytes());
        }
    }
}
