package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Many who use a store at the same moment: some open an upload and fall silent, others put large blobs meanwhile.
final class ManyUploads {

    static final int SILENT = 40;
    static final int LOUD = 8;

    private static final int PIECE = 64 << 10;

    private ManyUploads() {}

    /// Returns when all clients are served. Silent clients continue only after the others are done.
    static void meetAt(BlobStore store) throws Exception {
        CountDownLatch fellSilent = new CountDownLatch(SILENT);
        CountDownLatch loudAreDone = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> silent = new ArrayList<>();
            for (int i = 0; i < SILENT; i++) {
                int seed = i;
                silent.add(threads.submit(() -> {
                    byte[] said = Blob.seeded(seed, 2 * PIECE).bytes();
                    UUID upload = store.uploads().begin();
                    store.uploads().append(upload, 0, pausing(said, fellSilent, loudAreDone));
                    return store.uploads().commit(upload, Digest.of(said));
                }));
            }
            fellSilent.await();
            try {
                Race.of(LOUD, i -> (Callable<Boolean>) () -> putLarge(store, i));
            } finally {
                loudAreDone.countDown();
            }
            for (Future<Long> put : silent) {
                put.get();
            }
        }
    }

    private static InputStream pausing(byte[] bytes, CountDownLatch pauses, CountDownLatch until) {
        InputStream pause = new InputStream() {
            @Override
            public int read() throws IOException {
                pauses.countDown();
                try {
                    until.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted in a pause", e);
                }
                return -1;
            }
        };
        return new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(bytes, 0, 100),
                pause,
                new ByteArrayInputStream(bytes, 100, bytes.length - 100))));
    }

    /// A blob of several parts that is never in memory as a whole.
    private static boolean putLarge(BlobStore store, int seed) throws IOException {
        byte[] piece = new byte[PIECE];
        new Random(1000L + seed).nextBytes(piece);
        int pieces = BlobStoreContract.SEVERAL_PARTS / PIECE + 1;
        MessageDigest hash = Digest.sha256();
        for (int i = 0; i < pieces; i++) {
            hash.update(piece);
        }
        List<InputStream> all = Collections.nCopies(pieces, piece).stream()
                .map(bytes -> (InputStream) new ByteArrayInputStream(bytes))
                .toList();
        store.put(
                Digest.ofHash(hash.digest()),
                (long) pieces * PIECE,
                new SequenceInputStream(Collections.enumeration(all)));
        return true;
    }
}
