package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract of every [BlobStore].
interface BlobStoreContract {

    /// The limits that [#store] is opened with.
    StoreLimits LIMITS = new StoreLimits(40 << 20, 5);

    /// More than two parts of object storage at their smallest.
    int SEVERAL_PARTS = 2 * StorageConfig.S3.MIN_PART_BYTES + 12_345;

    /// The store under test, empty at first.
    BlobStore store();

    /// Names everything that the place of the store holds beside visible blobs: temporary files, parts, sessions.
    List<String> leftovers() throws Exception;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 1 << 20, SEVERAL_PARTS})
    default void aPutBlobIsFoundWithItsSizeAndReadBackWhole(int size) throws Exception {
        Blob blob = Blob.random(size);

        blob.putInto(store());

        assertThat(blob.findIn(store())).map(Download::size).contains((long) size);
        assertThat(read(blob, Range.WHOLE)).isEqualTo(blob.bytes());
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void whatWasNeverPutIsAbsent() throws Exception {
        Digest digest = Blob.random(10).digest();

        assertThat(store().find(digest, 10)).isEmpty();
        assertThat(store().read(digest, 10, Range.WHOLE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5000, SEVERAL_PARTS})
    default void puttingTheSameBytesAgainLeavesThemThere(int size) throws Exception {
        Blob blob = Blob.random(size);
        blob.putInto(store());

        blob.putInto(store());
        assertThat(read(blob, Range.WHOLE)).isEqualTo(blob.bytes());
        assertThat(leftovers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5000, SEVERAL_PARTS})
    default void bytesOfAnotherDigestAreRefusedAndNothingIsVisible(int size) throws Exception {
        Blob promised = Blob.random(size);
        Blob sent = promised.damaged();

        assertThatThrownBy(() -> store().put(promised.digest(), size, sent.stream()))
                .satisfies(refusedWith(new ContentRefusal.DigestMismatch(promised.digest(), sent.digest())));

        assertNothingIsStored();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5000, SEVERAL_PARTS})
    default void fewerBytesThanStatedAreRefusedAndNothingIsVisible(int size) throws Exception {
        Blob blob = Blob.random(size);

        assertThatThrownBy(() -> store().put(blob.digest(), size + 1L, blob.stream()))
                .satisfies(refusedWith(new ContentRefusal.CutOff(size + 1L, size)));

        assertNothingIsStored();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5000, SEVERAL_PARTS})
    default void moreBytesThanStatedAreRefusedAndNothingIsVisible(int size) throws Exception {
        Blob blob = Blob.random(size);

        assertThatThrownBy(() -> store().put(blob.digest(), size - 1L, blob.stream()))
                .satisfies(refusedWith(new ContentRefusal.Overlong(size - 1L)));

        assertNothingIsStored();
    }

    @Test
    default void wrongBytesAreRefusedEvenWhenTheRightOnesAreThere() throws Exception {
        Blob there = Blob.random(3000);
        Blob sent = Blob.random(3000);
        there.putInto(store());

        assertThatThrownBy(() -> store().put(there.digest(), 3000, sent.stream()))
                .satisfies(refusedWith(new ContentRefusal.DigestMismatch(there.digest(), sent.digest())));

        assertThat(read(there, Range.WHOLE)).isEqualTo(there.bytes());
    }

    @Test
    default void aBlobOverTheLimitIsRefusedUnread() throws Exception {
        InputStream unread = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("was read");
            }
        };

        assertThatThrownBy(() -> store().put(Blob.random(1).digest(), LIMITS.maxBlobBytes() + 1, unread))
                .satisfies(refusedWith(new ContentRefusal.TooLarge("the blob", LIMITS.maxBlobBytes())));

        assertNothingIsStored();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4000, StorageConfig.S3.MIN_PART_BYTES, SEVERAL_PARTS - 1})
    default void aStreamThatFailsLeavesNothingBehind(int failsAfter) throws Exception {
        Blob blob = Blob.random(SEVERAL_PARTS);

        assertThatThrownBy(() -> store().put(blob.digest(), blob.size(), blob.failingAfter(failsAfter)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the client went away");

        assertNothingIsStored();
    }

    @Test
    default void aRangeIsCutAtTheEndsOfTheBlob() throws Exception {
        Blob blob = Blob.random(1000);
        blob.putInto(store());

        assertThat(read(blob, new Range(0, 10))).isEqualTo(blob.part(0, 10));
        assertThat(read(blob, new Range(500, 100))).isEqualTo(blob.part(500, 600));
        assertThat(read(blob, new Range(990, 100))).isEqualTo(blob.part(990, 1000));
        assertThat(read(blob, new Range(990, Long.MAX_VALUE))).isEqualTo(blob.part(990, 1000));
        assertThat(read(blob, new Range(1000, 1))).isEmpty();
        assertThat(read(blob, new Range(5000, 1))).isEmpty();
        assertThat(read(blob, new Range(10, 0))).isEmpty();
    }

    @Test
    default void listingShowsEveryBlobAscendingWithItsSize() throws Exception {
        List<Blob> blobs = Blob.randomSorted(12);
        for (Blob blob : blobs) {
            blob.putInto(store());
        }
        List<Digest> shown = new ArrayList<>();

        store().list(Optional.empty(), (digest, size, stored) -> {
            assertThat(size).isEqualTo(blobs.get(shown.size()).size());
            assertThat(stored).isNotNull();
            return shown.add(digest);
        });

        assertThat(shown).isEqualTo(blobs.stream().map(Blob::digest).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5000, SEVERAL_PARTS})
    default void sameBytesUnderTwoAlgorithmsAreTwoBlobs(int size) throws Exception {
        Blob blob = Blob.random(size);
        Blob other = blob.bySha512();
        blob.putInto(store());
        assertThat(other.findIn(store())).isEmpty();
        other.putInto(store());
        List<Digest> shown = new ArrayList<>();
        store().list(Optional.empty(), (digest, _, _) -> shown.add(digest));
        assertThat(shown).containsExactly(blob.digest(), other.digest());
        List<Digest> after = new ArrayList<>();
        store().list(Optional.of(blob.digest()), (digest, _, _) -> after.add(digest));
        assertThat(after).containsExactly(other.digest());
        assertThat(store().inspect(other.digest(), size, _ -> {})).isEmpty();

        store().delete(blob.digest());
        assertThat(blob.findIn(store())).isEmpty();
        assertThat(read(other, Range.WHOLE)).isEqualTo(blob.bytes());
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void bytesOfAnotherSha512AreRefusedAndNothingIsVisible() throws Exception {
        Blob promised = Blob.random(5000).bySha512();
        Blob sent = Blob.of(promised.bytes()).damaged().bySha512();

        assertThatThrownBy(() -> store().put(promised.digest(), 5000, sent.stream()))
                .satisfies(refusedWith(new ContentRefusal.DigestMismatch(promised.digest(), sent.digest())));

        assertNothingIsStored();
    }

    @Test
    default void listingGoesOnAfterADigestUntilTheVisitorHasEnough() throws Exception {
        List<Blob> blobs = Blob.randomSorted(9);
        for (Blob blob : blobs) {
            blob.putInto(store());
        }
        List<Digest> shown = new ArrayList<>();

        store().list(Optional.of(blobs.get(2).digest()), (digest, _, _) -> {
            shown.add(digest);
            return shown.size() < 3;
        });

        assertThat(shown)
                .isEqualTo(blobs.subList(3, 6).stream().map(Blob::digest).toList());
    }

    @Test
    default void aDeletedBlobIsAbsentAndCanBePutAgain() throws Exception {
        Blob blob = Blob.random(100);
        blob.putInto(store());

        store().delete(blob.digest());

        assertThat(blob.findIn(store())).isEmpty();
        assertThat(store().read(blob.digest(), blob.size(), Range.WHOLE)).isEmpty();
        store().delete(blob.digest());
        blob.putInto(store());
    }

    @ParameterizedTest
    @ValueSource(ints = {3000, SEVERAL_PARTS})
    default void racingPutsOfTheSameBytesAllSucceed(int size) throws Exception {
        Blob blob = Blob.random(size);

        List<Optional<Download>> found = Race.of(6, _ -> (Callable<Optional<Download>>) () -> {
            blob.putInto(store());
            return blob.findIn(store());
        });

        assertThat(found).allMatch(Optional::isPresent);
        assertThat(read(blob, Range.WHOLE)).isEqualTo(blob.bytes());
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void manyPutsAtOnceDoNotDisturbEachOther() throws Exception {
        List<Blob> blobs = Blob.randomSorted(40);

        List<Optional<Download>> found = Race.of(40, i -> (Callable<Optional<Download>>) () -> {
            blobs.get(i).putInto(store());
            return blobs.get(i).findIn(store());
        });

        assertThat(found).allMatch(Optional::isPresent);

        for (Blob blob : blobs) {
            assertThat(read(blob, Range.WHOLE)).isEqualTo(blob.bytes());
        }
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void aStoreThatIsWellSaysSoAndKeepsNothingOfTheQuestion() throws Exception {
        store().check();

        assertNothingIsStored();
    }

    @Test
    default void aStoreWhosePlaceIsGoneSaysSo() throws Exception {
        removePlace();

        assertThatThrownBy(() -> store().check())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(place().getLast());
    }

    /// Takes the empty place of the store away from under it.
    void removePlace() throws Exception;

    /// The name of the place, as arguments.
    List<String> place();

    private byte[] read(Blob blob, Range range) throws IOException {
        try (InputStream bytes = store().read(blob.digest(), blob.size(), range).orElseThrow()) {
            return bytes.readAllBytes();
        }
    }

    private void assertNothingIsStored() throws Exception {
        store().list(Optional.empty(), (digest, _, _) -> {
            throw new AssertionError(digest + " is visible");
        });
        assertThat(leftovers()).isEmpty();
    }

    private static org.assertj.core.api.ThrowingConsumer<Throwable> refusedWith(ContentRefusal refusal) {
        return Blob.refusedWith(refusal);
    }
}
