package dev.unipkg.registry.content;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.wiring.Settings;
import dev.unipkg.storage.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// All that the registry holds, for tests that compare before and after.
@ApplicationScoped
public class RegistryState {

    private static final List<String> TABLES = List.of(
            "repository",
            "manifest",
            "manifest_link",
            "blob",
            "lease",
            "namespace_blob",
            "upload",
            "version",
            "tag",
            "build",
            "build_layer",
            "layer_file");

    private static final List<String> PUBLISHED = List.of("version", "tag", "build", "build_layer");

    private static final List<String> UNFINISHED = List.of("blobs/ingest", "blobs/uploads", "checking");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final EntityManager database;
    private final BlobStore store;
    private final Path data;

    RegistryState(EntityManager database, BlobStore store, Settings settings) {
        this.database = database;
        this.store = store;
        this.data = settings.data();
    }

    /// The rows of each table, the blobs in the store, and the files of what is on its way there or being checked.
    public record Snapshot(Map<String, Long> rows, TreeSet<Digest> blobs, TreeSet<String> unfinished) {

        /// Nothing at all.
        public static final Snapshot NOTHING = new Snapshot(new TreeMap<>(), new TreeSet<>(), new TreeSet<>());

        /// How many versions there are, their builds and layers, and tags.
        public Map<String, Long> published() {
            Map<String, Long> published = new TreeMap<>(rows);
            published.keySet().retainAll(PUBLISHED);
            return published;
        }
    }

    /// The snapshot, once it is as wanted, or after some seconds.
    public Snapshot snapshotOnce(Predicate<Snapshot> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Snapshot now = snapshot();
        while (!wanted.test(now) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            now = snapshot();
        }
        return now;
    }

    /// The current snapshot.
    public Snapshot snapshot() {
        Map<String, Long> rows = new TreeMap<>();
        for (String table : TABLES) {
            rows.put(
                    table,
                    ((Number) database.createNativeQuery("select count(*) from " + table)
                                    .getSingleResult())
                            .longValue());
        }
        TreeSet<Digest> blobs = new TreeSet<>();
        try {
            store.list(Optional.empty(), (digest, size, stored) -> blobs.add(digest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TreeSet<String> unfinished = new TreeSet<>();
        UNFINISHED.forEach(folder -> addFiles(data.resolve(folder), unfinished));
        return new Snapshot(rows, blobs, unfinished);
    }

    private static void addFiles(Path folder, Set<String> found) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    found.add(file.toString());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    // None was ever there, or it is finished just now.
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
