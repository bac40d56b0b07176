package dev.unipkg.kernels.linux;

import dev.unipkg.format.Arch;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.elf.ElfFile;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.file.FileHead;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// A Linux kernel as Debian packages it (`linux-image-cloud-amd64` and its like) and a static busybox, both
/// unpacked into one folder: `boot/vmlinuz-<release>`, `lib/modules/<release>` and `bin/busybox`, or the same
/// below `usr`.
///
/// @param version the kernel's release without its architecture: `6.1.0-56-cloud` for `6.1.0-56-cloud-amd64`,
///     so that the kernels for several architectures are one version
/// @param files `vmlinuz`, `busybox`, `init` and `modules/...`
public record DebianKernel(Version version, Arch arch, SortedMap<String, Content> files) {

    /// The modules by which a guest sees its disks, its network and its standard input.
    private static final List<String> WANTED = List.of("virtio_pci", "virtio_net", "virtio_blk", "virtio_console");

    /// The modules by which a package may be on a disk. Kernels without them have every package in memory.
    private static final List<String> DISK = List.of("erofs", "overlay");

    private static final String VMLINUZ = "vmlinuz-";

    public DebianKernel {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /// Reads the folder. Contents stay where they are, but for compressed modules, which are decompressed into memory.
    ///
    /// @throws RefusedException when a part is missing, is there twice, is for another architecture, or
    ///     is [not what it is called][LinuxFiles#require]
    public static DebianKernel read(Path folder) throws IOException {
        Path kernel = onlyKernel(folder);
        String release = kernel.getFileName().toString().substring(VMLINUZ.length());
        Arch arch = LinuxFiles.kernelArch(kernel.toString(), FileHead.of(LinuxFiles.KERNEL, Content.ofFile(kernel)));
        SortedMap<String, Content> files = new TreeMap<>();
        files.put(LinuxFiles.KERNEL, Content.ofFile(kernel));
        files.put(LinuxFiles.BUSYBOX, Content.ofFile(busybox(folder, arch)));
        files.put(LinuxFiles.INIT, new Content.Bytes(LinuxGuest.init()));
        Path modules = first(folder, "lib/modules/" + release, "usr/lib/modules/" + release);
        int number = 0;
        for (Map.Entry<String, Content> module :
                wanted(KernelModules.in(modules)).entrySet()) {
            files.put(
                    String.format(Locale.ROOT, "%s%02d-%s.ko", LinuxFiles.MODULES, number++, module.getKey()),
                    module.getValue());
        }
        for (Map.Entry<String, Content> file : files.entrySet()) {
            LinuxFiles.require(folder.toString(), arch, FileHead.of(file.getKey(), file.getValue()));
        }
        return new DebianKernel(version(release), arch, files);
    }

    private static SequencedMap<String, Content> wanted(KernelModules modules) throws IOException {
        List<String> wanted = new ArrayList<>(WANTED);
        if (modules.hasFiles(DISK)) {
            wanted.addAll(DISK);
        }
        return modules.closure(wanted);
    }

    private static Path onlyKernel(Path folder) throws IOException {
        Path found = null;
        try (DirectoryStream<Path> kernels =
                Files.newDirectoryStream(first(folder, "boot", "usr/boot"), VMLINUZ + "*")) {
            for (Path kernel : kernels) {
                if (found != null) {
                    throw new ProgramRefusal.CorruptKernel(
                                    folder.toString(),
                                    "it has " + found.getFileName() + " and " + kernel.getFileName()
                                            + ", expected one kernel")
                            .asException();
                }
                found = kernel;
            }
        }
        return Optional.ofNullable(found).orElseThrow(() -> missing(folder, "boot/vmlinuz-<release>"));
    }

    private static Version version(String release) throws RefusedException {
        int dash = release.lastIndexOf('-');
        boolean named = dash > 0 && Arch.find(release.substring(dash + 1)).isPresent();
        String version = named ? release.substring(0, dash) : release;
        if (!Version.isVersion(version)) {
            throw new NameRefusal.InvalidName("version", version, "the release of a kernel").asException();
        }
        return new Version(version);
    }

    private static Path busybox(Path folder, Arch arch) throws IOException {
        Path busybox = first(folder, "bin/busybox", "usr/bin/busybox");
        ElfFile elf = ElfFile.read(busybox);
        if (elf.arch() != arch) {
            throw new ProgramRefusal.OtherArch(
                            busybox.toString(), arch, elf.arch().toString())
                    .asException();
        }
        if (!elf.isStatic()) {
            throw new ProgramRefusal.CorruptKernel(
                            busybox.toString(), "it is not static; take the one of Debian's package busybox-static")
                    .asException();
        }
        return busybox;
    }

    private static Path first(Path folder, String... candidates) throws RefusedException {
        for (String candidate : candidates) {
            if (Files.exists(folder.resolve(candidate))) {
                return folder.resolve(candidate);
            }
        }
        throw missing(folder, candidates[0]);
    }

    private static RefusedException missing(Path folder, String title) {
        return new ProgramRefusal.MissingKernelFile(folder.toString(), title).asException();
    }
}
