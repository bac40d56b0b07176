package dev.unipkg.registry.checks;

import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.layer.LayerEntry;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.Startable;
import dev.unipkg.kernels.Composable;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.content.StoredBytes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a package's build as the client does: the config, every layer, and the headers of the program. A build
/// that passes can be composed. The catalog's data of a build comes from here only.
@ApplicationScoped
class BuildCheck {

    private final StoredBytes stored;
    private final LayerCheck layers;

    BuildCheck(StoredBytes stored, LayerCheck layers) {
        this.stored = stored;
        this.layers = layers;
    }

    /// A build without what its layers hold.
    record Described(Checked.Release release, ImageConfig config) {}

    /// @param namespace that pushes it
    /// @param digest of the manifest
    /// @throws RefusedException when the manifest is no package's build, when its config contradicts it or wants
    ///     what no machine, program or kernel can be given, when a layer is not what it says, or when the
    ///     program is absent, damaged or for another architecture
    Checked.Build check(String namespace, Digest digest, Manifest manifest) throws IOException {
        Described build = describe(digest, manifest.requirePackage());
        ImageConfig config = build.config();
        Startable.requireSettings(config);
        Composable.requireSettings(config);
        Map<Digest, List<LayerEntry>> listings =
                layers.read(namespace, manifest.layers(), config.diffIds(), (tree, _) -> {
                    Startable.requireProgram(config, tree);
                    Composable.requireFiles(config, tree);
                });
        return new Checked.Build(build.release(), listings);
    }

    /// The data of a build without reading its layers.
    ///
    /// @param digest of the manifest
    /// @throws RefusedException when the config is absent, none, no package's, or has another number of layers
    Described describe(Digest digest, Manifest manifest) throws IOException {
        byte[] configBytes = stored.document("the config", manifest.config());
        ImageConfig config = ImageConfig.read(configBytes).requirePackage();
        int count = manifest.layers().size();
        if (config.diffIds().size() != count) {
            throw new DocumentRefusal.InvalidValue(
                            "rootfs.diff_ids", config.diffIds().size() + " digests", count + ", one for each layer")
                    .asException();
        }
        List<Checked.ReleaseLayer> releaseLayers = new ArrayList<>();
        long size = 0;
        for (int i = 0; i < count; i++) {
            Descriptor layer = manifest.layers().get(i);
            size += layer.size();
            releaseLayers.add(new Checked.ReleaseLayer(
                    manifest.layerKind(i).toString(),
                    layer.digest(),
                    layer.size(),
                    Optional.of(config.diffIds().get(i))));
        }
        String configText = new String(configBytes, StandardCharsets.UTF_8);
        Checked.Release release = new Checked.Release(
                Repository.Kind.PACKAGE,
                version(manifest),
                manifest.annotations(),
                List.of(new Checked.ReleaseBuild(
                        config.arch(),
                        digest,
                        size,
                        configText,
                        manifest.config().digest(),
                        releaseLayers)));
        return new Described(release, config);
    }

    /// The version that a manifest says it is of, if it says one.
    static Optional<Version> version(Manifest manifest) throws RefusedException {
        String text = manifest.annotations().get(Annotations.VERSION);
        if (text == null) {
            return Optional.empty();
        }
        if (!Version.isVersion(text)) {
            throw new DocumentRefusal.InvalidValue("annotations." + Annotations.VERSION, text, "a version")
                    .asException();
        }
        return Optional.of(new Version(text));
    }
}
