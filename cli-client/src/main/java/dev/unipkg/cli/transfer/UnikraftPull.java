package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.output.Progress;
import dev.unipkg.cli.registry.Document;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.UnikraftConfig;
import dev.unipkg.format.oci.UnikraftIndex;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.unikraft.UnikraftLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Gets builds of Unikraft images, their layers as blobs: only what the shelf lacks, several at a time.
public final class UnikraftPull {

    private final Registry registry;
    private final Shelf shelf;
    private final Messages messages;

    UnikraftPull(Registry registry, Shelf shelf, Messages messages) {
        this.registry = registry;
        this.shelf = shelf;
        this.messages = messages;
    }

    /// A build that is on the shelf in full.
    ///
    /// @param digest of its manifest
    public record Build(PackageName name, Digest digest, List<Descriptor> layers, UnikraftConfig config) {
        public Build {
            layers = List.copyOf(layers);
        }
    }

    /// Brings a build to the shelf.
    public Build build(PackageName name, UnikraftIndex.Build build) throws IOException {
        Descriptor descriptor = build.manifest();
        Manifest manifest = Manifest.read(document(name, descriptor));
        UnikraftLayer.requireReadable(manifest.layers());
        manifest.config().requireSha256("config");
        if (manifest.config().size() > JsonLimits.DOCUMENT_BYTES) {
            throw new RefusedException(new ContentRefusal.TooLarge("a config", JsonLimits.DOCUMENT_BYTES));
        }
        blobs(name, List.of(manifest.config()));
        UnikraftConfig config = UnikraftConfig.read(config(manifest.config()));
        requirePlatform(build, config);
        blobs(name, manifest.layers());
        shelf.touch(descriptor.digest());
        return new Build(name, descriptor.digest(), manifest.layers(), config);
    }

    /// The layers of a build, as they are on the shelf.
    public List<UnikraftLayer> layers(Build build) throws IOException {
        List<UnikraftLayer> layers = new ArrayList<>();
        for (Descriptor layer : build.layers()) {
            layers.add(new UnikraftLayer(layer, Content.ofFile(shelf.blob(layer.digest()))));
        }
        return layers;
    }

    /// Fetches the layers again that something outside has damaged since they were verified.
    ///
    /// @return whether there was one
    public boolean mend(Build build) throws IOException {
        boolean damaged = false;
        for (Descriptor layer : build.layers()) {
            Path file = shelf.blob(layer.digest());
            if (Files.exists(file) && !Content.ofFile(file).digest().equals(layer.digest())) {
                sayDamaged(file);
                Files.deleteIfExists(file);
                damaged = true;
            }
        }
        blobs(build.name(), build.layers());
        return damaged;
    }

    /// The index says what a build is for, and its config says it again.
    private static void requirePlatform(UnikraftIndex.Build build, UnikraftConfig config) throws RefusedException {
        UnikraftIndex.Build again = new UnikraftIndex.Build(
                build.manifest(), config.monitor(), config.architecture(), build.kernelVersion());
        if (!again.platform().equals(build.platform())) {
            throw new PublishRefusal.SaysOtherwise("platform", build.platform(), again.platform()).asException();
        }
    }

    private byte[] config(Descriptor config) throws IOException {
        Path file = shelf.blob(config.digest());
        return shelf.read(config.digest(), JsonLimits.DOCUMENT_BYTES)
                .orElseThrow(() -> new NoSuchFileException(file.toString()));
    }

    private void blobs(PackageName name, List<Descriptor> blobs) throws IOException {
        try (Progress progress = messages.progress(name.name(), 0)) {
            Fetch fetch = new Fetch(registry, shelf, name, progress);
            List<ParallelTasks.Task> tasks = new ArrayList<>();
            for (Descriptor blob : blobs) {
                if (!isHere(blob)) {
                    progress.expect(blob.size());
                    tasks.add(() -> fetch.blob(blob));
                }
            }
            ParallelTasks.run(tasks);
        }
    }

    private boolean isHere(Descriptor blob) throws IOException {
        boolean whole = shelf.hasBlob(blob.digest(), blob.size());
        if (!whole && shelf.hasBlob(blob.digest())) {
            sayDamaged(shelf.blob(blob.digest()));
        }
        return whole;
    }

    private void sayDamaged(Path file) {
        messages.say(file + " is damaged, and is brought here again");
    }

    private byte[] document(PackageName name, Descriptor descriptor) throws IOException {
        if (descriptor.size() > JsonLimits.DOCUMENT_BYTES) {
            throw new RefusedException(new ContentRefusal.TooLarge("a manifest", JsonLimits.DOCUMENT_BYTES));
        }
        Optional<byte[]> kept = shelf.read(descriptor.digest(), JsonLimits.DOCUMENT_BYTES);
        if (kept.isPresent()) {
            return kept.get();
        }
        Document document = registry.document(name, descriptor.digest().toString())
                .orElseThrow(() -> Failure.notFound(
                        "%s names %s but %s does not have it".formatted(name, descriptor.digest(), registry.origin())));
        shelf.keep(document.bytes());
        return document.bytes();
    }
}
