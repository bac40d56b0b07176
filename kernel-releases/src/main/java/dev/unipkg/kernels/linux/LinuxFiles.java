package dev.unipkg.kernels.linux;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.kernels.file.FileHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Checks the files of a Linux release by their headers.
public final class LinuxFiles {

    /// The title of the kernel.
    public static final String KERNEL = "vmlinuz";

    /// The title of the program that brings the tools of [#INIT].
    public static final String BUSYBOX = "busybox";

    /// The title of the script that the kernel starts.
    public static final String INIT = "init";

    static final String MODULES = "modules/";

    private LinuxFiles() {}

    /// The architecture that a kernel is for, by the boot protocol: `HdrS` at 0x202 for x86
    /// (Documentation/arch/x86/boot.rst), `ARM\x64` at 0x38 for arm64 (Documentation/arch/arm64/booting.rst),
    /// `RSC\x05` there for riscv (boot-image-header.rst).
    ///
    /// @throws RefusedException when it is no kernel
    public static Arch kernelArch(String release, FileHead kernel) throws RefusedException {
        if (kernel.has(0x202, 'H', 'd', 'r', 'S')) {
            requireWhole(release, kernel);
            return Arch.X86_64;
        }
        if (kernel.has(0x38, 'A', 'R', 'M', 0x64)) {
            return Arch.ARM64;
        }
        if (kernel.has(0x38, 'R', 'S', 'C', 5)) {
            return Arch.RISCV64;
        }
        throw kernel.corrupt(
                release,
                "a Linux kernel: a bzImage for x86 with HdrS at 0x202, or an Image for arm64 or riscv with its magic"
                        + " at 0x38");
    }

    /// By `setup_sects` at 0x1f1, where 0 means 4, and `syssize` at 0x1f4, in 16 bytes
    /// (Documentation/arch/x86/boot.rst).
    private static void requireWhole(String release, FileHead kernel) throws RefusedException {
        ByteBuffer head = ByteBuffer.wrap(kernel.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int setupSectors = Byte.toUnsignedInt(head.get(0x1f1));
        long size =
                (1L + (setupSectors == 0 ? 4 : setupSectors)) * 512 + Integer.toUnsignedLong(head.getInt(0x1f4)) * 16;
        if (kernel.size() < size) {
            throw kernel.corrupt(release, "the " + size + " bytes that its header tells of");
        }
    }

    /// Requires that a file is what its title says, for an architecture, and not cut off as far as its header tells.
    /// Files with a title that a guest does not use are not checked.
    ///
    /// @throws RefusedException when the kernel is none, when busybox or a module is no ELF file, when init is no
    ///     script either, or when one of them is for another architecture
    public static void require(String release, Arch arch, FileHead file) throws IOException {
        if (file.title().equals(KERNEL)) {
            file.requireArch(release, arch, kernelArch(release, file));
        } else if (file.title().equals(BUSYBOX) || file.title().equals(INIT) && !isScript(release, file)) {
            file.requireArch(release, arch, file.loadableArch(release));
        } else if (file.title().startsWith(MODULES)) {
            file.requireArch(release, arch, file.elfArch(release));
        }
    }

    private static boolean isScript(String release, FileHead init) throws RefusedException {
        if (!init.has(0, '#', '!') && !init.has(0, 0x7f, 'E', 'L', 'F')) {
            throw init.corrupt(release, "a script, which starts with #!, or an ELF program");
        }
        return init.has(0, '#', '!');
    }
}
