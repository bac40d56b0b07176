package dev.unipkg.kernels.unikraft;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.kernels.file.FileHead;
import java.util.Optional;

/// The forms in which QEMU starts a kernel, and the architecture that each tells: an ELF file, the boot header of Linux
/// (Documentation/arch/x86/boot.rst and Documentation/arch/arm64/booting.rst), or a UEFI application.
final class KernelForm {

    private static final int ELF_MACHINE = 18;
    private static final int EM_386 = 3;
    private static final int EM_X86_64 = 62;
    private static final int LINUX_X86 = 0x202;
    private static final int LINUX_ARM64 = 56;

    private KernelForm() {}

    /// Refuses a kernel that says that it is for another architecture. One that says nothing is left to QEMU.
    static void requireArch(String path, Arch expected, FileHead kernel) throws RefusedException {
        Optional<String> actual = architecture(kernel);
        if (actual.isPresent() && !actual.get().equals(expected.toString())) {
            throw new ProgramRefusal.OtherArch(path, expected, actual.get()).asException();
        }
    }

    private static Optional<String> architecture(FileHead kernel) {
        if (kernel.has(0, 0x7f, 'E', 'L', 'F') && kernel.bytes().length > ELF_MACHINE + 1) {
            int machine = (kernel.bytes()[ELF_MACHINE] & 0xff) | (kernel.bytes()[ELF_MACHINE + 1] & 0xff) << 8;
            return Optional.of(
                    switch (machine) {
                        // A kernel that starts as multiboot says is 64-bit code in a 32-bit file.
                        case EM_386, EM_X86_64 -> Arch.X86_64.toString();
                        default ->
                            Arch.ofElfMachine(machine)
                                    .map(Arch::toString)
                                    .orElse("the processor with the ELF number " + machine);
                    });
        }
        if (kernel.has(LINUX_X86, 'H', 'd', 'r', 'S')) {
            return Optional.of(Arch.X86_64.toString());
        }
        if (kernel.has(LINUX_ARM64, 'A', 'R', 'M', 'd')) {
            return Optional.of(Arch.ARM64.toString());
        }
        return Optional.empty();
    }
}
