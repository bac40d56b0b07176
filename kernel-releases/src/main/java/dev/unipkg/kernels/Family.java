package dev.unipkg.kernels;

import dev.unipkg.format.Arch;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.file.FileHead;
import dev.unipkg.kernels.linux.LinuxFiles;
import dev.unipkg.kernels.linux.LinuxGuest;
import dev.unipkg.kernels.nanos.NanosFiles;
import dev.unipkg.kernels.nanos.NanosKernel;
import dev.unipkg.kernels.nanos.NanosSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

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
            case NANOS -> NanosKernel.KERNEL;
            case LINUX -> LinuxFiles.KERNEL;
            case UNIKRAFT -> "kernel";
        };
    }

    /// The titles of the files without which a release boots nothing.
    public List<String> requiredTitles(Arch arch) {
        return switch (this) {
            case NANOS ->
                arch == Arch.X86_64 ? List.of(NanosKernel.BOOT_CODE, NanosKernel.KERNEL) : List.of(NanosKernel.KERNEL);
            case LINUX -> List.of(LinuxFiles.BUSYBOX, LinuxFiles.INIT, LinuxFiles.KERNEL);
            case UNIKRAFT -> List.of(kernelTitle());
        };
    }

    /// The architecture that a release's kernel says it is for; empty where a kernel need not say it.
    ///
    /// @param release its name, for messages
    /// @param kernel the file called [#kernelTitle]
    /// @throws RefusedException when it is no kernel of this family
    public Optional<Arch> kernelArch(String release, FileHead kernel) throws IOException {
        return switch (this) {
            case NANOS -> Optional.of(NanosFiles.kernelArch(release, kernel));
            case LINUX -> Optional.of(LinuxFiles.kernelArch(release, kernel));
            // Linked with its program, in whatever form the machine it was linked for starts.
            case UNIKRAFT -> Optional.empty();
        };
    }

    /// Requires that a file of a release is what its title says, for the release's architecture. This is asked where a
    /// release is made and where one is taken.
    ///
    /// @param release its name, for messages
    /// @throws RefusedException when the file would boot nothing
    public void requireSound(String release, Arch arch, FileHead file) throws IOException {
        switch (this) {
            case NANOS -> NanosFiles.require(release, arch, file);
            case LINUX -> LinuxFiles.require(release, arch, file);
            case UNIKRAFT -> {}
        }
    }

    /// Requires options that kernels of this family can be given.
    ///
    /// @throws RefusedException when there is another
    void requireOptions(Arch arch, SortedMap<String, String> options) throws RefusedException {
        switch (this) {
            case NANOS -> NanosSpec.requireOptions(options);
            case LINUX -> LinuxGuest.requireOptions(arch, options);
            // Nothing is composed of these kernels, so nothing is given to them.
            case UNIKRAFT -> {}
        }
    }

    /// Requires files that an image of this family can hold, and a program among them that can be started.
    ///
    /// @throws RefusedException when there is another
    void requireFiles(ImageConfig config, FileTree root) throws IOException {
        switch (this) {
            case LINUX -> LinuxGuest.requireFiles(root, ImageSettings.of(config).start());
            // Whatever layers hold fits this file system; see TfsWriter.MAX_DEPTH.
            case NANOS -> {}
            case UNIKRAFT -> {}
        }
    }

    @Override
    public String toString() {
        return word;
    }
}
