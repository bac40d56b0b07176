package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.output.Progress;
import dev.unipkg.cli.registry.Document;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.format.Arch;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.layer.LayerReader;
import dev.unipkg.format.layer.Limits;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.Platform;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.KernelArtifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Gets builds and kernel releases: only what the shelf lacks, several blobs at a time.
public final class Pull {

    private final Registry registry;
    private final Shelf shelf;
    private final Messages messages;

    public Pull(Registry registry, Shelf shelf, Messages messages) {
        this.registry = registry;
        this.shelf = shelf;
        this.messages = messages;
    }

    /// The pull of Unikraft images from the same registry.
    public UnikraftPull ofUnikraft() {
        return new UnikraftPull(registry, shelf, messages);
    }

    /// A build that is on the shelf in full.
    ///
    /// @param digest of its manifest
    public record Build(PackageName name, Digest digest, Manifest manifest, ImageConfig config) {}

    /// Brings a build to the shelf.
    ///
    /// @param build its manifest's descriptor
    public Build build(PackageName name, Descriptor build) throws IOException {
        Build described = describe(name, build);
        layers(described);
        return described;
    }

    /// Brings only the manifest and the config of a build to the shelf.
    ///
    /// @param build its manifest's descriptor
    public Build describe(PackageName name, Descriptor build) throws IOException {
        Manifest manifest = Manifest.read(document(name, build)).requirePackage();
        ImageConfig config = ImageConfig.read(config(count(name, build.digest()), manifest.config()))
                .requirePackage();
        if (config.diffIds().size() != manifest.layers().size()) {
            throw new RefusedException(new DocumentRefusal.NotAPackage("its config names %d layers, its manifest %d"
                    .formatted(config.diffIds().size(), manifest.layers().size())));
        }
        requireArch(build, config.arch());
        shelf.touch(build.digest());
        return new Build(name, build.digest(), manifest, config);
    }

    /// The index says for which architecture a build is, and its config says it again.
    private static void requireArch(Descriptor build, Arch arch) throws RefusedException {
        Optional<Arch> expected = build.platform().flatMap(Platform::arch);
        if (expected.isPresent() && expected.get() != arch) {
            throw new PublishRefusal.SaysOtherwise(
                            "architecture", expected.get().toString(), arch.toString())
                    .asException();
        }
    }

    private PullCount count(PackageName name, Digest build) {
        return new PullCount(registry, shelf, name, build);
    }

    private byte[] config(PullCount count, Descriptor config) throws IOException {
        if (config.size() > JsonLimits.DOCUMENT_BYTES) {
            throw new RefusedException(new ContentRefusal.TooLarge("a config", JsonLimits.DOCUMENT_BYTES));
        }
        boolean wasHere = shelf.hasBlob(config.digest());
        Optional<byte[]> kept = shelf.read(config.digest(), JsonLimits.DOCUMENT_BYTES);
        if (kept.isPresent()) {
            return kept.get();
        }
        if (wasHere) {
            sayDamaged(shelf.blob(config.digest()));
        }
        PackageName name = count.repository();
        try (Progress progress = messages.progress(name.name(), config.size())) {
            // It tells what to get, and the pull is a download when all of that is here.
            new Fetch(registry, shelf, name, progress).uncountedBlob(config, count::begin);
        }
        return shelf.read(config.digest(), JsonLimits.DOCUMENT_BYTES)
                .orElseThrow(() ->
                        new NoSuchFileException(shelf.blob(config.digest()).toString()));
    }

    /// All files of a build, from its layers on the shelf. A layer is there only after it was verified: one that is
    /// refused was damaged by something outside, and is fetched again.
    public FileTree files(Build build) throws IOException {
        List<FileTree> layers = new ArrayList<>();
        for (Digest diffId : build.config().diffIds()) {
            layers.add(layer(build, shelf.layer(diffId)));
        }
        return FileTree.ofLayers(layers);
    }

    private FileTree layer(Build build, Path tar) throws IOException {
        try {
            return LayerReader.openTar(tar, Limits.DEFAULT);
        } catch (RefusedException e) {
            sayDamaged(tar);
            Files.deleteIfExists(tar);
            layers(build);
            return LayerReader.openTar(tar, Limits.DEFAULT);
        }
    }

    // Reported before it is fetched again, so that a user without a connection knows what is missing.
    private void sayDamaged(Path file) {
        messages.say(file + " is damaged, and is brought here again");
    }

    private boolean isHere(Descriptor file) throws IOException {
        boolean whole = shelf.hasBlob(file.digest(), file.size());
        if (!whole && shelf.hasBlob(file.digest())) {
            sayDamaged(shelf.blob(file.digest()));
        }
        return whole;
    }

    /// Brings the layers of a build to the shelf.
    public void layers(Build build) throws IOException {
        try (Progress progress = messages.progress(build.name().name(), 0)) {
            Fetch fetch = new Fetch(registry, shelf, build.name(), progress);
            List<ParallelTasks.Task> tasks = new ArrayList<>();
            for (int i = 0; i < build.manifest().layers().size(); i++) {
                Descriptor layer = build.manifest().layers().get(i);
                Digest diffId = build.config().diffIds().get(i);
                if (!shelf.hasLayer(diffId)) {
                    progress.expect(layer.size());
                    tasks.add(() -> fetch.layer(layer, diffId));
                }
            }
            ParallelTasks.run(tasks);
        }
        count(build.name(), build.digest()).complete(build.manifest().config());
    }

    /// Brings the files of a kernel release to the shelf, as blobs.
    ///
    /// @param release its manifest's descriptor
    public Manifest kernel(PackageName name, Descriptor release) throws IOException {
        Manifest manifest = Manifest.read(document(name, release)).requireKernel();
        PullCount count = count(name, release.digest());
        try (Progress progress = messages.progress(Resolved.called(name), 0)) {
            Fetch fetch = new Fetch(registry, shelf, name, progress);
            List<ParallelTasks.Task> tasks = new ArrayList<>();
            List<Descriptor> files = new ArrayList<>(manifest.layers());
            files.add(manifest.config());
            for (Descriptor file : files) {
                if (!isHere(file)) {
                    progress.expect(file.size());
                    tasks.add(() -> fetch.uncountedBlob(file, count::begin));
                }
            }
            ParallelTasks.run(tasks);
        }
        Optional<Descriptor> kernel = kernelFile(manifest);
        if (kernel.isPresent()) {
            count.complete(kernel.get());
        }
        return manifest;
    }

    /// The file by which a release counts.
    private static Optional<Descriptor> kernelFile(Manifest release) throws RefusedException {
        Optional<String> title = Optional.of(KernelArtifact.family(release).kernelTitle());
        return release.layers().stream()
                .filter(file -> file.annotation(Annotations.TITLE).equals(title))
                .findFirst();
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
                .orElseThrow(() -> Failure.notFound("%s names %s but %s does not have it"
                        .formatted(Resolved.called(name), descriptor.digest(), registry.origin())));
        shelf.keep(document.bytes());
        return document.bytes();
    }
}
