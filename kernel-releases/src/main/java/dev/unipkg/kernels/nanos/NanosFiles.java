package dev.unipkg.kernels.nanos;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.kernels.file.FileHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What the files of a release of Nanos must be, told by how they begin.
public final class NanosFiles {

    private static final int PE_OFFSET_AT = 0x3c;

    private NanosFiles() {}

    /// The architecture that a kernel is for.
    ///
    /// @throws RefusedException when it is no kernel: an ELF program, all of which is there
    public static Arch kernelArch(String release, FileHead kernel) throws IOException {
        return kernel.loadableArch(release);
    }

    /// Requires that a file is what its title says, for an architecture. What has a title that Nanos does not know
    /// may be anything: nothing starts it.
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
            requireLoader(release, arch, file);
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

    /// A PE image (Microsoft's PE format, "MS-DOS Stub" and "COFF File Header") names its machine behind a signature
    /// that the stub points at.
    private static void requireLoader(String release, Arch arch, FileHead file) throws RefusedException {
        int machine = switch (arch) {
            case X86_64 -> 0x8664;
            case ARM64 -> 0xaa64;
            case RISCV64 -> 0x5064;
        };
        ByteBuffer head = ByteBuffer.wrap(file.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int pe = head.limit() < PE_OFFSET_AT + Integer.BYTES ? -1 : head.getInt(PE_OFFSET_AT);
        boolean sound = file.has(0, 'M', 'Z')
                && pe > 0
                && pe < head.limit() - 2 * Integer.BYTES
                && file.has(pe, 'P', 'E', 0, 0, machine & 0xff, machine >> 8);
        if (!sound) {
            throw file.corrupt(
                    release,
                    "a UEFI application for " + arch + ": a PE image, which starts with 4d5a, for its machine");
        }
    }
}
