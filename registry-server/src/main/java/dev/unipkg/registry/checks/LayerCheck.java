package dev.unipkg.registry.checks;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.LayerBudget;
import dev.unipkg.format.layer.LayerCompression;
import dev.unipkg.format.layer.LayerEntry;
import dev.unipkg.format.layer.LayerReader;
import dev.unipkg.format.layer.LayerReader.Expected;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.layer.ReadLayer;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.content.StoredBytes;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.wiring.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Reads all layers of a build to their last byte, within limits, and lays them over each other as composing
/// does. Every build that is checked lies unpacked on the disk meanwhile.
@ApplicationScoped
public class LayerCheck {

    /// As much as one layer may have; a build of several has no more.
    private static final Limits OF_A_BUILD = Limits.DEFAULT;

    private final StoredBytes stored;
    private final Path scratch;
    private final CheckPool pool;
    private final Limits limits;

    @Inject
    LayerCheck(StoredBytes stored, Settings settings, CheckPool pool) {
        this(stored, settings.data().resolve("checking"), pool, OF_A_BUILD);
    }

    /// @param scratch the folder that what is checked is unpacked to
    /// @param limits of each layer, and its bytes, entries and names of all layers of a build together
    LayerCheck(StoredBytes stored, Path scratch, CheckPool pool, Limits limits) {
        this.stored = stored;
        this.scratch = scratch;
        this.pool = pool;
        this.limits = limits;
    }

    /// Deletes what a process left that was stopped while it checked.
    void deleteLeft(@Observes StartupEvent event) throws IOException {
        if (!Files.isDirectory(scratch)) {
            return;
        }
        List<Path> left;
        try (Stream<Path> below = Files.walk(scratch)) {
            left = below.filter(path -> !path.equals(scratch)).toList();
        }
        for (Path path : left.reversed()) {
            Files.delete(path);
        }
    }

    /// Looks at the tree that the layers make; its contents are there until this returns.
    @FunctionalInterface
    public interface Look {
        /// @param slice to be paused between steps of what takes long
        void at(FileTree tree, CheckPool.Slice slice) throws IOException;
    }

    /// @param namespace whose turn the check takes
    /// @param layers bottom first
    /// @param diffIds of the layers, in their order
    /// @return what each layer holds
    /// @throws RefusedException when a layer is absent, not canonical, over the limits or another one than
    ///     said, when the layers together are no [tree][FileTree#ofLayers], or when `look` refuses
    /// @throws RejectedException when too many builds are being checked
    public Map<Digest, List<LayerEntry>> read(
            String namespace, List<Descriptor> layers, List<Digest> diffIds, Look look) throws IOException {
        return pool.run(namespace, slice -> read(slice, layers, diffIds, look));
    }

    private Map<Digest, List<LayerEntry>> read(
            CheckPool.Slice slice, List<Descriptor> layers, List<Digest> diffIds, Look look) throws IOException {
        Files.createDirectories(scratch);
        Path folder = Files.createTempDirectory(scratch, "build-");
        try {
            Map<Digest, List<LayerEntry>> listings = new LinkedHashMap<>();
            List<FileTree> trees = new ArrayList<>();
            BoundedTar unpacked = new BoundedTar(limits.bytes(), slice);
            LayerBudget budget = new LayerBudget(limits);
            for (int i = 0; i < layers.size(); i++) {
                Path tar = tar(folder, i);
                ReadLayer layer;
                try (OutputStream out = unpacked.open(tar)) {
                    layer = unpack(layers.get(i), diffIds.get(i), budget, out);
                }
                trees.add(LayerReader.openTar(tar, limits));
                listings.put(layer.blob(), layer.entries());
            }
            look.at(FileTree.ofLayers(trees), slice);
            return listings;
        } finally {
            for (int i = 0; i < layers.size(); i++) {
                Files.deleteIfExists(tar(folder, i));
            }
            Files.deleteIfExists(folder);
        }
    }

    private ReadLayer unpack(Descriptor layer, Digest diffId, LayerBudget budget, OutputStream tar) throws IOException {
        try (InputStream blob = stored.open(layer)) {
            return LayerReader.unpack(
                    blob,
                    LayerCompression.ofMediaType(layer.mediaType()),
                    budget,
                    new Expected(layer.digest(), layer.size(), diffId),
                    tar);
        }
    }

    private static Path tar(Path folder, int layer) {
        return folder.resolve(layer + ".tar");
    }
}
