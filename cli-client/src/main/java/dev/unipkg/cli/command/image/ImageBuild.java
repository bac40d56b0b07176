package dev.unipkg.cli.command.image;

import dev.unipkg.cli.command.ImageOptions;
import dev.unipkg.cli.command.Options;
import dev.unipkg.cli.command.Run;
import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.command.Verb;
import dev.unipkg.cli.compose.ComposedImage;
import dev.unipkg.cli.compose.SparseCopy;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.ObjBuilder;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// `pkg image build`.
@Command(
        name = "build",
        description = {
            "Make the bootable image of a package; the same inputs give the same bytes and are composed once.",
            "Prints the path of the disk, or of the folder of kernel, initrd and where there is one its disk."
        },
        footer = {"", "Examples:", "  pkg image build nginx", "  pkg image build nginx:1.22 --kernel nanos -o nginx.img"
        })
final class ImageBuild implements Verb {
    @Option(
            names = {"-o", "--to"},
            paramLabel = "<path>",
            description = "Also copy it there: a disk to this file, kernel and initrd into this folder.")
    Optional<Path> target = Optional.empty();

    @Option(
            names = "--warm",
            description = "Also boot it once, out of sight, and keep a snapshot from which pkg run goes on.")
    boolean warm;

    private final ImageOptions options = new ImageOptions();

    @Mixin
    CommandSpec image = options.addTo(Options.of(options)).spec();

    @Override
    public int run(Session session) throws Exception {
        target.ifPresent(ImageBuild::requireFolder);
        ComposedImage composed = options.compose(session);
        Image image = target.isPresent() ? copied(composed.image(), target.get()) : composed.image();
        ObjBuilder json = Json.object()
                .put("name", composed.name().toString())
                .put("version", composed.version().text())
                .put("build", composed.build().toString())
                .put("kernel", composed.kernel().toString())
                .put("key", composed.key().toString());
        session.messages().say("%s:%s with %s".formatted(composed.name(), composed.version(), composed.kernel()));
        if (warm) {
            Run.warm(session, options);
        }
        switch (image) {
            case Image.Disk(Path file, Optional<Path> kernel) ->
                session.out()
                        .print(
                                json.put("disk", file.toString())
                                        .putIfPresent("kernelFile", kernel)
                                        .build(),
                                file.toString());
            case Image.KernelAndInitrd(Path kernel, Path initrd, Optional<Path> disk, String commandLine, long _) ->
                session.out()
                        .print(
                                json.put("kernelFile", kernel.toString())
                                        .put("initrd", initrd.toString())
                                        .putIfPresent("root", disk)
                                        .put("commandLine", commandLine)
                                        .build(),
                                String.valueOf(initrd.getParent()));
            // The package was composed, and these are not.
            case Image.Unikernel _ -> throw new IllegalStateException("composed to a unikernel: " + composed);
        }
        return 0;
    }

    // Said before anything is fetched. A path that is mistyped must not become folders.
    private static void requireFolder(Path target) {
        Path folder = target.toAbsolutePath().normalize().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw Failure.notFound("there is no folder " + folder + " to copy the image to")
                    .next("make it first, or correct -o " + target);
        }
    }

    private static Image copied(Image image, Path target) throws IOException {
        return switch (image) {
            case Image.Disk disk -> copied(disk, target);
            case Image.KernelAndInitrd(
                    Path kernel,
                    Path initrd,
                    Optional<Path> disk,
                    String commandLine,
                    long unpackedBytes) -> {
                if (Files.exists(target) && !Files.isDirectory(target)) {
                    throw Failure.usage(target + " is a file; the image is a kernel and an initrd, in a folder")
                            .next("name a folder, or one that is to be made, with -o");
                }
                Files.createDirectories(target);
                Path kernelCopy = target.resolve(kernel.getFileName());
                Path initrdCopy = target.resolve(initrd.getFileName());
                SparseCopy.copy(kernel, kernelCopy);
                SparseCopy.copy(initrd, initrdCopy);
                Optional<Path> diskCopy = disk.map(path -> target.resolve(path.getFileName()));
                if (disk.isPresent()) {
                    SparseCopy.copy(disk.get(), diskCopy.get());
                } else {
                    // One of an earlier copy belongs to another image.
                    Files.deleteIfExists(target.resolve(Image.KernelAndInitrd.DISK));
                }
                Files.writeString(target.resolve("cmdline"), commandLine + "\n");
                yield new Image.KernelAndInitrd(kernelCopy, initrdCopy, diskCopy, commandLine, unpackedBytes);
            }
            case Image.Unikernel unikernel -> unikernel;
        };
    }

    private static Image copied(Image.Disk image, Path target) throws IOException {
        if (Files.isDirectory(target)) {
            throw Failure.usage(target + " is a folder; the image is one file")
                    .next("name that file: -o " + target.resolve("disk.img"));
        }
        SparseCopy.copy(image.file(), target);
        Optional<Path> beside = image.kernel().map(path -> target.resolveSibling(target.getFileName() + ".kernel"));
        if (beside.isPresent()) {
            SparseCopy.copy(image.kernel().orElseThrow(), beside.get());
        }
        return new Image.Disk(target, beside);
    }
}
