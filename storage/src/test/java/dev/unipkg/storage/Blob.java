package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;

/// Bytes to store, with their digest.
record Blob(Digest digest, byte[] bytes) {

    static Blob of(byte[] bytes) {
        return new Blob(Digest.of(bytes), bytes);
    }

    static Blob random(int size) {
        byte[] bytes = new byte[size];
        ThreadLocalRandom.current().nextBytes(bytes);
        return of(bytes);
    }

    /// The same bytes for the same seed, in every process.
    static Blob seeded(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return of(bytes);
    }

    /// Some blobs of different sizes, in the order of their digests.
    static List<Blob> randomSorted(int count) {
        return Stream.iterate(100, size -> size + 17)
                .limit(count)
                .map(Blob::random)
                .sorted(Comparator.comparing(Blob::digest))
                .toList();
    }

    static ThrowingConsumer<Throwable> refusedWith(Refusal refusal) {
        return thrown -> assertThat(thrown)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    /// As many bytes, the first of them another one.
    Blob damaged() {
        byte[] other = bytes.clone();
        other[0]++;
        return of(other);
    }

    /// The same bytes under their SHA-512.
    Blob bySha512() {
        return new Blob(Digest.Algorithm.SHA512.of(bytes), bytes);
    }

    int size() {
        return bytes.length;
    }

    void putInto(BlobStore store) throws IOException {
        store.put(digest, bytes.length, stream());
    }

    Optional<Download> findIn(BlobStore store) throws IOException {
        return store.find(digest, bytes.length);
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes);
    }

    /// From one byte to before another.
    byte[] part(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    InputStream streamOf(int from, int to) {
        return new ByteArrayInputStream(bytes, from, to - from);
    }

    /// A stream of the first bytes that fails then, as a connection does when it is cut.
    InputStream failingAfter(int count) {
        return new SequenceInputStream(streamOf(0, count), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client went away");
            }
        });
    }
}
