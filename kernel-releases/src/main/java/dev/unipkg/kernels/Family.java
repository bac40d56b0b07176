package dev.unipkg.kernels;

import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import java.util.List;

/// A kind of kernel. [#toString] is the word for it everywhere.
public enum Family {
    /// Nanos: one process, no fork, boots from a disk of its own file system.
    NANOS("nanos"),
    /// Linux with one program and nothing else in user space.
    LINUX("linux"),
    /// Unikraft: kernel and program linked into one, with an initrd.
    UNIKRAFT("unikraft");

    /// The namespace of the repositories that hold kernel releases.
    public static final String NAMESPACE = "kernels";

    private final String word;

    Family(String word) {
        this.word = word;
    }

    /// Reads a family's word.
    ///
    /// @throws RefusedException when there is no such family
    public static Family of(String word) throws RefusedException {
        for (Family family : values()) {
            if (family.word.equals(word)) {
                return family;
            }
        }
        throw new ProgramRefusal.UnknownKernelFamily(word).asException();
    }

    /// The repository of its releases: `kernels/<word>`.
    public PackageName repository() {
        return new PackageName(NAMESPACE, word);
    }

    /// The title of the file that is the kernel itself.
    public String kernelTitle() {
        return switch (this) {
            case NANOS -> "kernel.img";
            case LINUX -> "vmlinuz";
            case UNIKRAFT -> "kernel";
        };
    }

    /// The titles of the files without which a release boots nothing.
    public List<String> requiredTitles(Arch arch) {
        return switch (this) {
            case NANOS -> arch == Arch.X86_64 ? List.of("boot.img", kernelTitle()) : List.of(kernelTitle());
            case LINUX -> List.of("busybox", "init", kernelTitle());
            case UNIKRAFT -> List.of(kernelTitle());
        };
    }

    @Override
    public String toString() {
        return word;
    }
}
