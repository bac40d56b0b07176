package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// Properties of every store, for any bytes in any pieces.
abstract class StoreProperties {

    private static final int TRIES = 25;

    /// The store under test. Closing it keeps what it holds.
    abstract BlobStore open() throws Exception;

    @Property(tries = TRIES)
    void anyCuttingIntoChunksGivesTheSameBlob(
            @ForAll long seed,
            @ForAll @Size(max = 12) List<@IntRange(max = 300_000) Integer> chunks,
            @ForAll @IntRange(max = 12) int restartAfter)
            throws Exception {
        Blob blob = Blob.seeded(seed, chunks.stream().mapToInt(n -> n).sum());
        BlobStore store = open();
        try {
            UUID upload = store.uploads().begin();
            int at = 0;
            for (int i = 0; i < chunks.size(); i++) {
                int end = at + chunks.get(i);
                assertThat(store.uploads().append(upload, at, blob.streamOf(at, end)))
                        .isEqualTo(end);
                at = end;
                if (i == restartAfter) {
                    store.close();
                    store = open();
                }
            }
            store.uploads().commit(upload, blob.digest());
            try (InputStream bytes =
                    store.read(blob.digest(), blob.size(), Range.WHOLE).orElseThrow()) {
                assertThat(bytes.readAllBytes()).isEqualTo(blob.bytes());
            }
        } finally {
            store.close();
        }
    }

    @Property(tries = TRIES)
    void anyRangeIsThatPartOfTheBlob(
            @ForAll long seed,
            @ForAll @IntRange(max = 200_000) int size,
            @ForAll @IntRange(max = 250_000) int offset,
            @ForAll @IntRange(max = 250_000) int length)
            throws Exception {
        Blob blob = Blob.seeded(seed, size);
        int from = Math.min(offset, size);
        try (BlobStore store = open()) {
            blob.putInto(store);
            try (InputStream bytes = store.read(blob.digest(), blob.size(), new Range(offset, length))
                    .orElseThrow()) {
                assertThat(bytes.readAllBytes()).isEqualTo(blob.part(from, Math.min(from + length, size)));
            }
        }
    }
}
