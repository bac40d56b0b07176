package dev.unipkg.kernels.nanos;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.kernels.file.FileHead;
import java.io.IOException;

/// Checks the files of a Nanos release by their headers.
public final class NanosFiles {

    private NanosFiles() {}

    /// The architecture that a kernel is for.
    ///
    /// @throws RefusedException when it is no kernel: an ELF program, all of which is there
    public static Arch kernelArch(String release, FileHead kernel) throws IOException {
        return kernel.loadableArch(release);
    }

    /// Requires that a file is what its title says, for an architecture. Files with a title that Nanos does not use are
    /// not checked.
    ///
    /// @throws RefusedException when boot code is none, when a kernel or klib is no ELF file, when a loader is
    ///     no UEFI application, or when one of them is for another architecture
    public static void require(String release, Arch arch, FileHead file) throws IOException {
        if (file.title().equals(NanosKernel.KERNEL)) {
            file.requireArch(release, arch, kernelArch(release, file));
        } else if (file.title().startsWith(NanosKernel.KLIBS)) {
            file.requireArch(release, arch, file.loadableArch(release));
        } else if (arch == Arch.X86_64 && file.title().equals(NanosKernel.BOOT_CODE)) {
            requireBootCode(release, file);
        } else if (file.title().equals(NanosKernel.loaderTitle(arch))) {
            file.requireUefi(release, arch);
        }
    }

    private static void requireBootCode(String release, FileHead file) throws RefusedException {
        if (!BootRecord.isBootCode(file.bytes(), file.size())) {
            throw file.corrupt(
                    release,
                    "boot code: whole sectors of " + BootRecord.SECTOR + " bytes, of which the first ends with 55aa and"
                            + " says how many follow");
        }
    }
}
