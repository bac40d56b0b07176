package dev.unipkg.registry.publish;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.LayerCompression;
import dev.unipkg.format.layer.LayerEntry;
import dev.unipkg.format.layer.LayerReader;
import dev.unipkg.format.layer.LayerReader.Expected;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.layer.ReadLayer;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.wiring.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads all layers of a build to their last byte, within limits, and lays them over each other as composing
/// does.
@ApplicationScoped
class LayerCheck {

    private final StoredBytes stored;
    private final Path scratch;

    LayerCheck(StoredBytes stored, Settings settings) {
        this.stored = stored;
        this.scratch = settings.data().resolve("checking");
    }

    /// Looks at the tree that the layers make; its contents are there until this returns.
    @FunctionalInterface
    interface Look {
        void at(FileTree tree) throws IOException;
    }

    /// @param layers bottom first
    /// @param diffIds of the layers, in their order
    /// @return what each layer holds
    /// @throws RefusedException when a layer is absent, not canonical, over the limits or another one than
    ///     said, when two layers cannot lie over each other, or when `look` refuses
    Map<Digest, List<LayerEntry>> read(List<Descriptor> layers, List<Digest> diffIds, Look look) throws IOException {
        Files.createDirectories(scratch);
        Path folder = Files.createTempDirectory(scratch, "build-");
        try {
            Map<Digest, List<LayerEntry>> listings = new LinkedHashMap<>();
            Map<String, LayerEntry.Type> below = new HashMap<>();
            FileTree tree = FileTree.EMPTY;
            for (int i = 0; i < layers.size(); i++) {
                Path tar = tar(folder, i);
                ReadLayer layer = unpack(layers.get(i), diffIds.get(i), tar);
                requireMergeable(below, layer.entries());
                tree = tree.toBuilder()
                        .merge(LayerReader.openTar(tar, Limits.DEFAULT))
                        .buildOrRefuse();
                listings.put(layer.blob(), layer.entries());
            }
            look.at(tree);
            return listings;
        } finally {
            for (int i = 0; i < layers.size(); i++) {
                Files.deleteIfExists(tar(folder, i));
            }
            Files.deleteIfExists(folder);
        }
    }

    private ReadLayer unpack(Descriptor layer, Digest diffId, Path tar) throws IOException {
        try (InputStream blob = stored.open(layer.digest())) {
            return LayerReader.unpack(
                    blob,
                    LayerCompression.ofMediaType(layer.mediaType()),
                    Limits.DEFAULT,
                    new Expected(layer.digest(), layer.size(), diffId),
                    tar);
        }
    }

    // Overlaying lets the later entry win, which hides what is below a directory that a file replaces. No package
    // means that, and what the catalog lists would then not be what boots.
    private static void requireMergeable(Map<String, LayerEntry.Type> below, List<LayerEntry> entries)
            throws RefusedException {
        for (LayerEntry entry : entries) {
            LayerEntry.Type earlier = below.put(entry.path(), entry.type());
            boolean directory = entry.type() == LayerEntry.Type.DIRECTORY;
            if (earlier != null && directory != (earlier == LayerEntry.Type.DIRECTORY)) {
                throw new ArchiveRefusal.Conflict(
                                entry.path(), "is a directory in one layer and something else in another")
                        .asException();
            }
        }
    }

    private static Path tar(Path folder, int layer) {
        return folder.resolve(layer + ".tar");
    }
}
