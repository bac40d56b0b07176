package dev.unipkg.kernels.nanos;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files of a kernel release that go into one image.
///
/// @param bootCode `boot.img`, which a BIOS starts; none on machines that have no BIOS
/// @param kernel `kernel.img`
/// @param uefiLoader `bootx64.efi` or `bootaa64.efi`; with it the image boots on UEFI firmware as well
/// @param klibs what the kernel loads at boot, by name
public record NanosKernel(
        Arch arch,
        Optional<Content> bootCode,
        Content kernel,
        Optional<Content> uefiLoader,
        SortedMap<String, Content> klibs) {

    /// The title of what a BIOS starts.
    public static final String BOOT_CODE = "boot.img";

    /// The title of the kernel.
    public static final String KERNEL = "kernel.img";

    static final String KLIBS = "klibs/";

    public NanosKernel {
        klibs = Collections.unmodifiableSortedMap(new TreeMap<>(klibs));
    }

    /// Chooses from the files of a release.
    ///
    /// @param release its name, for messages
    /// @param files by the path they have in the release: `kernel.img`, `klibs/tls`
    /// @param klibs the names of those to load
    /// @param uefi whether the image should boot on UEFI firmware as well
    /// @throws RefusedException when the release has no such file
    public static NanosKernel of(
            String release, Arch arch, Map<String, Content> files, Collection<String> klibs, boolean uefi)
            throws RefusedException {
        Optional<Content> bootCode =
                arch == Arch.X86_64 ? Optional.of(file(release, files, BOOT_CODE)) : Optional.empty();
        Optional<Content> loader = uefi ? Optional.of(file(release, files, loaderTitle(arch))) : Optional.empty();
        SortedMap<String, Content> chosen = new TreeMap<>();
        for (String klib : klibs) {
            chosen.put(klib, file(release, files, KLIBS + klib));
        }
        return new NanosKernel(arch, bootCode, file(release, files, KERNEL), loader, chosen);
    }

    /// The path of the UEFI loader in a release.
    static String loaderTitle(Arch arch) {
        return switch (arch) {
            case X86_64 -> "bootx64.efi";
            case ARM64 -> "bootaa64.efi";
            case RISCV64 -> "bootriscv64.efi";
        };
    }

    private static Content file(String release, Map<String, Content> files, String title) throws RefusedException {
        Content file = files.get(title);
        if (file == null) {
            throw new ProgramRefusal.MissingKernelFile(release, title).asException();
        }
        return file;
    }
}
