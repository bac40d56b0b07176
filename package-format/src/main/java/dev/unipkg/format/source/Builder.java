package dev.unipkg.format.source;

import dev.unipkg.format.Digest;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.LayerBudget;
import dev.unipkg.format.layer.LayerWriter;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.layer.WrittenLayer;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.Platform;
import dev.unipkg.format.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Writes a build: its layers, its config, its manifest. The same plan gives the same digests whenever and wherever it
/// is written.
public final class Builder {

    private Builder() {}

    /// Writes the build that `plan` describes into `sink`, each layer in one pass.
    ///
    /// @throws RefusedException when the plan holds an entry that a layer or a published package may not hold
    public static Built build(BuildPlan plan, BlobSink sink) throws IOException {
        return build(plan, sink, Limits.DEFAULT);
    }

    /// @param limits of each layer, and those of all layers together
    static Built build(BuildPlan plan, BlobSink sink, Limits limits) throws IOException {
        plan.version().requireFixed();
        Annotations.requireShortTexts(plan.annotations());
        requireReadable(plan);
        FileTree unused = FileTree.ofLayers(List.copyOf(plan.layers().values()));
        LayerBudget budget = new LayerBudget(limits);
        SortedMap<LayerKind, WrittenLayer> layers = new TreeMap<>();
        for (var layer : plan.layers().entrySet()) {
            try (BlobSink.Draft draft = sink.draft()) {
                WrittenLayer written =
                        LayerWriter.write(layer.getValue(), draft.out(), LayerWriter.DEFAULT_LEVEL, budget);
                draft.keep(written.blob(), written.blobSize());
                layers.put(layer.getKey(), written);
            }
        }
        List<Digest> diffIds =
                layers.values().stream().map(WrittenLayer::diffId).toList();
        byte[] config = plan.config(diffIds).toBytes();
        Descriptor configDescriptor = Descriptor.of(MediaTypes.IMAGE_CONFIG, config);
        sink.put(configDescriptor.digest(), config);

        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                configDescriptor,
                descriptors(layers),
                Optional.empty(),
                plan.manifestAnnotations());
        byte[] bytes = manifest.toBytes();
        Descriptor descriptor = Descriptor.of(MediaTypes.IMAGE_MANIFEST, bytes).withPlatform(Platform.of(plan.arch()));
        sink.put(descriptor.digest(), bytes);
        return new Built(plan.arch(), manifest, descriptor, layers);
    }

    // Before the layers are written, whose digests are all of one length.
    private static void requireReadable(BuildPlan plan) throws RefusedException {
        List<Digest> diffIds = Collections.nCopies(plan.layers().size(), Digest.of(new byte[0]));
        ImageConfig unused = ImageConfig.read(plan.config(diffIds).toBytes()).requirePackage();
    }

    /// The index of a version.
    ///
    /// @param plan of any of its builds, for the name, the version and the words about them
    /// @param builds one for each architecture
    public static Index index(BuildPlan plan, List<Built> builds) {
        List<Descriptor> manifests = builds.stream()
                .sorted((a, b) -> a.arch().compareTo(b.arch()))
                .map(Built::descriptor)
                .toList();
        return new Index(Optional.of(MediaTypes.PACKAGE), manifests, Optional.empty(), plan.annotations());
    }

    private static List<Descriptor> descriptors(SortedMap<LayerKind, WrittenLayer> layers) {
        List<Descriptor> descriptors = new ArrayList<>();
        layers.forEach((kind, layer) ->
                descriptors.add(Descriptor.of(MediaTypes.LAYER_TAR_ZSTD, layer.blob(), layer.blobSize())
                        .withAnnotation(Annotations.LAYER, kind.toString())));
        return descriptors;
    }
}
