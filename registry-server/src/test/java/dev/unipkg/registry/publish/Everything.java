package dev.unipkg.registry.publish;

import dev.unipkg.format.Digest;
import dev.unipkg.storage.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// All that the registry holds, for tests that compare before and after.
@ApplicationScoped
public class Everything {

    private static final List<String> TABLES = List.of(
            "repository",
            "manifest",
            "manifest_link",
            "held_blob",
            "upload",
            "version",
            "tag",
            "build",
            "build_layer",
            "layer_file");

    private final EntityManager database;
    private final BlobStore store;

    Everything(EntityManager database, BlobStore store) {
        this.database = database;
        this.store = store;
    }

    /// The rows of each table, and the blobs in the store.
    public record Snapshot(Map<String, Long> rows, TreeSet<Digest> blobs) {}

    /// What is there now.
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
        return new Snapshot(rows, blobs);
    }
}
