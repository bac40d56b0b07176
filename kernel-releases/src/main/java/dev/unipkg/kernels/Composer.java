package dev.unipkg.kernels;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.erofs.ErofsWriter;
import dev.unipkg.kernels.file.ImageFile;
import dev.unipkg.kernels.initrd.CpioWriter;
import dev.unipkg.kernels.initrd.Unpacked;
import dev.unipkg.kernels.linux.LinuxGuest;
import dev.unipkg.kernels.nanos.ExpectedFiles;
import dev.unipkg.kernels.nanos.NanosImage;
import dev.unipkg.kernels.nanos.NanosKernel;
import dev.unipkg.kernels.nanos.NanosSpec;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Makes bootable images: the same kernel release, tree and settings give the same bytes.
public final class Composer {

    /// The writable space of a nanos image by default. The file is sparse, so unused space costs nothing.
    static final long DEFAULT_WRITABLE_BYTES = 64L << 20;

    private final KernelRelease kernel;
    private final FileTree root;
    private final ImageSettings settings;
    private final Path directory;
    private final List<Path> written = new ArrayList<>();

    private Composer(KernelRelease kernel, FileTree root, ImageSettings settings, Path directory) {
        this.kernel = kernel;
        this.root = root;
        this.settings = settings;
        this.directory = directory;
    }

    /// Composes an image.
    ///
    /// @param root what the program finds at `/`: the layers of a build merged, each over the one before
    /// @param directory where the image's files go; made where it is not there
    /// @throws RefusedException when the settings are impossible on this family, the tree has no such
    ///     program, the release lacks a file, or the disk is full; no file of the image is left behind then
    public static Image compose(KernelRelease kernel, FileTree root, ImageSettings settings, Path directory)
            throws IOException {
        Composer composer = new Composer(kernel, root, settings, Files.createDirectories(directory));
        boolean whole = false;
        try {
            Image image = switch (kernel.family()) {
                case NANOS -> composer.nanos();
                case LINUX -> composer.linux();
                case UNIKRAFT -> throw unikraft();
            };
            whole = true;
            return image;
        } finally {
            if (!whole) {
                composer.discard();
            }
        }
    }

    private Image nanos() throws IOException {
        NanosKernel parts = NanosKernel.of(
                kernel.name(), kernel.arch(), kernel.files(), settings.klibs(), settings.firmware() == Firmware.HYBRID);
        long writable = settings.writableBytes() == 0 ? DEFAULT_WRITABLE_BYTES : settings.writableBytes();
        Path disk = target("disk.img");
        NanosImage.write(new NanosSpec(parts, ExpectedFiles.in(root), nanosAttributes(), writable), disk);
        // Machines without a BIOS start the kernel themselves, and those that can choose are quicker with it.
        return new Image.Disk(disk, Optional.of(copy(Family.NANOS.kernelTitle())));
    }

    private Value.Tuple nanosAttributes() throws RefusedException {
        List<String> words = new ArrayList<>(List.of(settings.program()));
        words.addAll(settings.arguments());
        SequencedMap<String, Value> attributes = new LinkedHashMap<>();
        attributes.put("program", Value.text(settings.program()));
        attributes.put("arguments", Value.texts(words));
        attributes.put("environment", Value.texts(settings.environment()));
        if (!settings.workingDirectory().isEmpty()) {
            attributes.put("cwd", Value.text(settings.workingDirectory()));
        }
        // Lets the machine learn the program's exit code; without the device for it, it changes nothing.
        attributes.put("debug_exit", Value.text("t"));
        NanosSpec.requireOptions(settings.kernelOptions());
        for (Map.Entry<String, String> option : settings.kernelOptions().entrySet()) {
            attributes.put(option.getKey(), Value.text(option.getValue()));
        }
        return new Value.Tuple(attributes);
    }

    private Image linux() throws IOException {
        String commandLine = LinuxGuest.commandLine(kernel.arch(), settings.kernelOptions());
        Path initrd = target(Image.KernelAndInitrd.INITRD);
        Optional<Path> disk = LinuxGuest.wantsDisk(root, kernel.files())
                ? Optional.of(target(Image.KernelAndInitrd.DISK))
                : Optional.empty();
        FileTree tree = disk.isPresent()
                ? LinuxGuest.initrd(kernel.arch(), root, kernel.files(), settings.start())
                : LinuxGuest.tree(kernel.arch(), root, kernel.files(), settings.start());
        if (disk.isPresent()) {
            ErofsWriter.write(LinuxGuest.whole(root, settings.start()), disk.get());
        }
        CpioWriter.write(tree, initrd);
        return new Image.KernelAndInitrd(
                copy(Family.LINUX.kernelTitle()),
                initrd,
                disk,
                commandLine,
                Unpacked.of(tree).memoryBytes());
    }

    private static RefusedException unikraft() {
        return new ProgramRefusal.ImpossibleSetting(
                        "kernel",
                        "is unikraft, whose kernels are linked with their program; images are composed for nanos and"
                                + " linux")
                .asException();
    }

    private Path copy(String title) throws IOException {
        Content content = kernel.file(title);
        Path target = target(title);
        ImageFile.write(target, content.size(), file -> content.copyTo(file, 0));
        return target;
    }

    private Path target(String name) {
        Path target = directory.resolve(name);
        written.add(target);
        return target;
    }

    private void discard() throws IOException {
        for (Path file : written) {
            Files.deleteIfExists(file);
        }
    }
}
