package dev.unipkg.bench;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unipkg.format.Digest;
import dev.unipkg.storage.BlobStore;
import dev.unipkg.storage.Range;
import dev.unipkg.storage.StorageConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// The folder store beside the same system calls without a store: write, sync, rename, sync the directory for a
/// put; open and copy for a get. The store adds the verified digest and the limits.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 3)
@Fork(1)
public class StoreBenchmark {

    /// The size of a blob, in bytes.
    static final int BLOB_BYTES = 1_000_000;

    @State(Scope.Benchmark)
    public static class Place {
        private Path root = Path.of("");
        private @Nullable BlobStore opened;
        private Digest there = Digest.of(new byte[0]);

        private BlobStore store() {
            return Objects.requireNonNull(opened, "the store is opened before every trial");
        }

        @Setup
        public void open() throws IOException {
            root = Files.createTempDirectory(Path.of(System.getProperty("bench.folder", "/var/tmp")), "store-bench");
            opened = BlobStore.open(new StorageConfig.Folder(root.resolve("store")));
            Files.createDirectories(root.resolve("plain"));
            byte[] bytes = random();
            there = Digest.of(bytes);
            store().put(there, bytes.length, new ByteArrayInputStream(bytes));
        }

        /// So that the disk holds one iteration's blobs, not all.
        @TearDown(Level.Iteration)
        public void empty() throws IOException {
            try (Stream<Path> plain = Files.list(root.resolve("plain"))) {
                for (Path file : plain.toList()) {
                    Files.delete(file);
                }
            }
            store().list(Optional.empty(), (digest, _, _) -> {
                if (!digest.equals(there)) {
                    store().delete(digest);
                }
                return true;
            });
        }

        @TearDown
        public void close() throws IOException {
            store().close();
            List<Path> all;
            try (Stream<Path> walk = Files.walk(root)) {
                all = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : all) {
                Files.delete(path);
            }
        }
    }

    /// Bytes that were never stored, with their digest, made outside the measured time.
    @State(Scope.Thread)
    public static class Fresh {
        private final byte[] bytes = random();
        private Digest digest = Digest.of(bytes);

        @Setup(Level.Invocation)
        public void change() {
            ByteBuffer.wrap(bytes).putLong(ThreadLocalRandom.current().nextLong());
            digest = Digest.of(bytes);
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[BLOB_BYTES];
        ThreadLocalRandom.current().nextBytes(bytes);
        return bytes;
    }

    @Benchmark
    public Object putAlone(Place place, Fresh fresh) throws IOException {
        return put(place, fresh);
    }

    @Benchmark
    public Object putAlonePlainly(Place place, Fresh fresh) throws IOException {
        return putPlainly(place, fresh);
    }

    @Benchmark
    @Threads(10)
    public Object putByTen(Place place, Fresh fresh) throws IOException {
        return put(place, fresh);
    }

    @Benchmark
    @Threads(10)
    public Object putByTenPlainly(Place place, Fresh fresh) throws IOException {
        return putPlainly(place, fresh);
    }

    @Benchmark
    public long get(Place place) throws IOException {
        try (InputStream bytes =
                place.store().read(place.there, BLOB_BYTES, Range.WHOLE).orElseThrow()) {
            return bytes.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Benchmark
    public long getPlainly(Place place) throws IOException {
        Path file = place.root
                .resolve("store/blobs/sha256")
                .resolve(place.there.hex().substring(0, 2))
                .resolve(place.there.hex());
        try (InputStream bytes = Files.newInputStream(file)) {
            return bytes.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static Object put(Place place, Fresh fresh) throws IOException {
        place.store().put(fresh.digest, fresh.bytes.length, new ByteArrayInputStream(fresh.bytes));
        return fresh.digest;
    }

    private static Object putPlainly(Place place, Fresh fresh) throws IOException {
        Path folder = place.root.resolve("plain");
        Path half = folder.resolve(UUID.randomUUID().toString());
        try (FileChannel file = FileChannel.open(half, CREATE_NEW, WRITE)) {
            file.write(ByteBuffer.wrap(fresh.bytes));
            file.force(true);
        }
        Path whole = Files.move(half, folder.resolve(fresh.digest.hex()), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
        return whole;
    }
}
