package dev.unipkg.registry.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.rows.Sql;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.BrokenBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rounds of the scrub over real bytes and real rows. Time passes by changing the row of the round.
interface ScrubContract {

    enum Damage {
        FLIPPED_BIT,
        CUT_OFF,
        MISSING
    }

    BlobStore store();

    Sql sql();

    /// Hears what the store finds out.
    BrokenBlobReports reports();

    /// The file that has the bytes of a blob, here or behind the object storage.
    Path file(Digest digest);

    /// The contents of all blobs that were put aside.
    List<byte[]> quarantined() throws IOException;

    @Test
    default void wholeBlobsAreReadToTheirEnds() throws IOException {
        stored(new byte[0]);
        stored(random(10));
        Digest last = stored(random(300_000));
        AtomicLong paced = new AtomicLong();

        BlobScrub.Round round = round(store(), paced::addAndGet);

        assertThat(round.blobs()).isEqualTo(3);
        assertThat(round.bytes()).isEqualTo(300_010);
        assertThat(round.broken()).isZero();
        assertThat(paced).as("small blobs cost something, too").hasValueGreaterThan(600_000);
        assertThat(store().find(last, 300_000)).isPresent();
        assertThat(quarantined()).isEmpty();
    }

    @Test
    default void nextRoundBeginsAMonthLater() throws IOException {
        round(store(), _ -> {});
        assertThat(scrub(store()).takeUp()).isFalse();
        sql().update("update scrub set begun = begun - interval '29 days'");
        assertThat(scrub(store()).takeUp()).isFalse();
        sql().update("update scrub set begun = begun - interval '1 day'");
        assertThat(scrub(store()).takeUp()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    default void brokenBlobIsAbsentAndReportedUntilItsBytesAreStoredAgain(Damage damage) throws IOException {
        byte[] bytes = random(200_000);
        Digest digest = stored(bytes);
        stored(random(20));
        Optional<byte[]> damaged = damage(digest, bytes, damage);

        BlobScrub.Round round = round(store(), _ -> {});

        assertThat(round.blobs()).isEqualTo(2);
        assertThat(round.broken()).isEqualTo(1);
        assertThat(round.quarantined()).isEqualTo(damaged.isPresent() ? 1 : 0);
        assertThat(quarantined()).hasSize(damaged.isPresent() ? 1 : 0);
        if (damaged.isPresent()) {
            assertThat(quarantined().getFirst()).isEqualTo(damaged.get());
        }
        assertThat(store().find(digest, bytes.length)).isEmpty();
        assertThat(reports().now()).containsExactly(digest);

        round = round(store(), _ -> {});
        assertThat(round.broken()).isEqualTo(1);
        assertThat(round.quarantined()).isZero();

        store().put(digest, bytes.length, new ByteArrayInputStream(bytes));
        assertThat(reports().now()).isEmpty();
        assertThat(round(store(), _ -> {}).broken()).isZero();
    }

    @Test
    default void blobThatTheSweepDeletesBeforeItIsReadIsNotBroken() throws IOException {
        Digest digest = stored(random(100));
        BlobStore swept = before(this::sweep);

        assertThat(round(swept, _ -> {}).broken()).isZero();

        assertThat(store().inspect(digest, 100, _ -> {})).isPresent();
        assertThat(reports().now()).isEmpty();
    }

    @Test
    default void blobThatTheSweepDeletesWhileItIsReadIsNotBroken() throws IOException {
        Digest digest = stored(random(5_000_000));
        AtomicBoolean swept = new AtomicBoolean();

        BlobScrub.Round round = round(store(), _ -> {
            if (!swept.getAndSet(true)) {
                sweep(digest);
            }
        });

        assertThat(round.broken()).isZero();
        assertThat(reports().now()).isEmpty();
    }

    @Test
    default void wrongBytesThatThePushReplacesWhileTheyAreReadAreNotBroken() throws IOException {
        byte[] bytes = random(5_000_000);
        Digest digest = stored(bytes);
        damage(digest, bytes, Damage.FLIPPED_BIT);
        AtomicBoolean replaced = new AtomicBoolean();

        BlobScrub.Round round = round(store(), _ -> {
            if (!replaced.getAndSet(true)) {
                put(digest, bytes);
            }
        });

        assertThat(round.broken()).isZero();
        assertThat(quarantined()).isEmpty();
        assertThat(reports().now()).isEmpty();
        assertThat(store().inspect(digest, bytes.length, _ -> {})).isEmpty();
    }

    @Test
    default void brokenBlobThatTheSweepDeletesLaterIsNotReportedAnyMore() throws IOException {
        byte[] bytes = random(100);
        Digest digest = stored(bytes);
        damage(digest, bytes, Damage.MISSING);
        round(store(), _ -> {});
        BlobScrub scrub = scrub(store());
        scrub.renew();
        assertThat(reports().now()).containsExactly(digest);

        sweep(digest);
        scrub.renew();

        assertThat(reports().now()).isEmpty();
    }

    @Test
    default void roundGoesOnWhereItStoodWhenItsServerStopped() throws IOException {
        List<Digest> digests = storedInOrder(5);
        List<Digest> read = new ArrayList<>();
        BlobScrub first = scrub(before(read::add));
        assertThat(first.takeUp()).isTrue();
        assertThatThrownBy(() -> first.readOn(_ -> {
                    if (read.size() == 3) {
                        throw new CancellationException("the server stops");
                    }
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(read).isEqualTo(digests.subList(0, 3));

        read.clear();
        BlobScrub second = scrub(before(read::add));
        assertThat(second.takeUp()).as("the first may still be at it").isFalse();
        passAnHour();
        assertThat(second.takeUp()).isTrue();
        BlobScrub.Round round = second.readOn(_ -> {}).orElseThrow();

        assertThat(read).isEqualTo(digests.subList(2, 5));
        assertThat(round.blobs()).isEqualTo(5);
    }

    @Test
    default void serverWhoseRoundWasTakenOverStops() throws IOException {
        List<Digest> digests = storedInOrder(3);
        List<Digest> read = new ArrayList<>();
        BlobScrub slow = scrub(before(digest -> {
            read.add(digest);
            if (read.size() == 2) {
                passAnHour();
                round(store(), _ -> {});
            }
        }));
        assertThat(slow.takeUp()).isTrue();

        assertThat(slow.readOn(_ -> {})).isEmpty();

        assertThat(read).isEqualTo(digests.subList(0, 2));
    }

    @Test
    default void blobThatCannotBeReadEndsTheTurnAndNotTheRound() throws IOException {
        List<Digest> digests = storedInOrder(3);
        List<Digest> read = new ArrayList<>();
        BlobScrub scrub = scrub(before(digest -> {
            read.add(digest);
            if (read.size() == 2) {
                throw new UncheckedIOException(new IOException("the store is away"));
            }
        }));
        assertThat(scrub.takeUp()).isTrue();
        assertThatThrownBy(() -> scrub.readOn(_ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("the blob " + digests.get(1) + " could not be read: the store is away");
        assertThat(reports().now()).isEmpty();

        passAnHour();
        assertThat(scrub.takeUp()).isTrue();
        assertThat(scrub.readOn(_ -> {})).isPresent();
        assertThat(read).isEqualTo(digests);
    }

    @Test
    default void noRowIsHeldWhileABlobIsRead() throws IOException {
        stored(random(1_000_000));
        List<Long> locks = new ArrayList<>();

        round(
                store(),
                _ -> locks.addAll(sql().query(
                                "select count(*) from pg_locks where relation = 'blob'::regclass and pid <> pg_backend_pid()",
                                row -> row.getLong(1))));

        assertThat(locks).hasSizeGreaterThan(5).containsOnly(0L);
    }

    /// A whole round, from its beginning or where it stands.
    private BlobScrub.Round round(BlobStore store, LongConsumer pace) {
        BlobScrub scrub = scrub(store);
        sql().update("update scrub set begun = begun - interval '30 days' where after is null");
        assertThat(scrub.takeUp()).isTrue();
        try {
            return scrub.readOn(pace).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BlobScrub scrub(BlobStore store) {
        return new BlobScrub(sql(), new Quarantine(store, sql()), reports());
    }

    private void passAnHour() {
        sql().update("update scrub set moved = moved - interval '1 hour'");
    }

    /// The store, where something happens before each inspection.
    private BlobStore before(Consumer<Digest> event) {
        return new StoreOver(store()) {
            @Override
            public Optional<BrokenBlob> inspect(Digest digest, long size, LongConsumer pace) throws IOException {
                try {
                    event.accept(digest);
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
                return super.inspect(digest, size, pace);
            }
        };
    }

    private Digest stored(byte[] bytes) {
        Digest digest = Digest.of(bytes);
        put(digest, bytes);
        sql().update("insert into blob (digest, size, stored_at) values (?, ?, now())", digest, bytes.length);
        return digest;
    }

    private void put(Digest digest, byte[] bytes) {
        try {
            store().put(digest, bytes.length, new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Digest> storedInOrder(int count) {
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            digests.add(stored(("blob " + i).getBytes(StandardCharsets.UTF_8)));
        }
        digests.sort(null);
        return digests;
    }

    /// The three steps of the sweep.
    private void sweep(Digest digest) {
        sql().update("update blob set deleting = now() where digest = ?", digest);
        try {
            store().delete(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sql().update("delete from blob where digest = ?", digest);
    }

    /// @return the bytes that are left
    private Optional<byte[]> damage(Digest digest, byte[] bytes, Damage damage) throws IOException {
        Path file = file(digest);
        byte[] left = bytes.clone();
        left[left.length / 2] ^= 1;
        Optional<byte[]> result = switch (damage) {
            case FLIPPED_BIT -> Optional.of(left);
            case CUT_OFF -> Optional.of(Arrays.copyOf(bytes, bytes.length / 2));
            case MISSING -> Optional.empty();
        };
        if (result.isPresent()) {
            assertThat(file.toFile().setWritable(true)).isTrue();
            Files.write(file, result.get());
            // A disk that loses bytes leaves the time alone.
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
        } else {
            Files.delete(file);
        }
        return result;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
