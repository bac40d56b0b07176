package dev.unipkg.registry.checks;

import static dev.unipkg.registry.publish.PackageMaker.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.LayerEntry;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.content.Listings;
import dev.unipkg.registry.content.StoredBytes;
import dev.unipkg.registry.publish.PackageMaker.Layer;
import dev.unipkg.registry.wiring.TestDatabase;
import dev.unipkg.storage.BlobStore;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The limits of checking a build: disk and memory.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class LayerCheckTest {

    private static final long MAX_BYTES = 8 << 10;

    private static final Limits LIMITS = new Limits(MAX_BYTES, 3, 1000, 1024, 1024, 64, 1 << 10);

    @Inject
    StoredBytes stored;

    @Inject
    BlobStore store;

    @Inject
    CheckPool pool;

    @Inject
    Listings listings;

    @Inject
    EntityManager database;

    @TempDir
    Path scratch = Path.of("");

    @Test
    void whatAStoppedProcessLeftGoesAtTheStart() throws IOException {
        Path build = Files.createDirectory(scratch.resolve("build-1"));
        Files.writeString(build.resolve("0.tar"), "half a layer");
        check().deleteLeft(new StartupEvent());
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void layersThatAreTooLargeTogetherAreRefusedAndLeaveNothing() throws IOException {
        Layer one = put(layer(LayerKind.RUNTIME, tree("one")));
        Layer two = put(layer(LayerKind.CONFIG, tree("two")));
        LayerCheck check = check();
        assertThat(read(check, one)).containsOnlyKeys(Digest.of(one.blob()));
        assertThatThrownBy(() -> read(check, one, two))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(new ArchiveRefusal.UnpacksTooLarge(MAX_BYTES)));
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void layersWithTooManyEntriesTogetherAreRefused() throws IOException {
        Layer one = put(layer(
                LayerKind.RUNTIME,
                FileTree.builder().file("a", "").file("b", "").build()));
        Layer two = put(layer(
                LayerKind.CONFIG, FileTree.builder().file("c", "").file("d", "").build()));
        LayerCheck check = check();
        assertThat(read(check, one)).hasSize(1);
        assertThatThrownBy(() -> read(check, one, two))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(new ArchiveRefusal.TooManyEntries(3)));
    }

    @Test
    void aLongListingIsKeptWhole() {
        Digest digest = Digest.of("a long listing".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        List<LayerEntry> entries = new ArrayList<>();
        for (int i = 0; i < 12_345; i++) {
            entries.add(
                    new LayerEntry("file-" + i, LayerEntry.Type.FILE, i, false, Optional.empty(), Optional.empty()));
        }
        QuarkusTransaction.begin();
        try {
            listings.insert(Map.of(digest, entries));
            Object found = database.createNativeQuery(
                            "select count(*) || ' ' || sum(size) from layer_file where layer = :layer")
                    .setParameter("layer", digest.toString())
                    .getSingleResult();
            assertThat(found).isEqualTo("12345 " + 12_344L * 12_345 / 2);
        } finally {
            QuarkusTransaction.rollback();
        }
    }

    private LayerCheck check() {
        return new LayerCheck(stored, scratch, pool, LIMITS);
    }

    private static Map<Digest, List<LayerEntry>> read(LayerCheck check, Layer... layers) throws IOException {
        return check.read(
                "pub",
                List.of(layers).stream().map(Layer::descriptor).toList(),
                List.of(layers).stream().map(Layer::diffId).toList(),
                (_, _) -> {});
    }

    /// A layer of these kilobytes is within the limit, and two are not.
    private static FileTree tree(String name) {
        return FileTree.builder().file(name, "x".repeat(5 << 10)).build();
    }

    private Layer put(Layer layer) throws IOException {
        store.put(Digest.of(layer.blob()), layer.blob().length, new ByteArrayInputStream(layer.blob()));
        return layer;
    }
}
