package dev.unipkg.kernels;

import java.nio.file.Path;
import java.util.Optional;

/// What a machine boots.
public sealed interface Image {

    /// A raw disk.
    ///
    /// @param kernel beside the disk, for machines that start a kernel themselves instead of the disk's boot
    ///     code
    record Disk(Path file, Optional<Path> kernel) implements Image {}

    /// A kernel with the file system that it starts from. The machine needs memory for that file system twice
    /// while it starts, and once as long as it runs.
    ///
    /// @param initrd an uncompressed newc cpio archive
    /// @param commandLine for the kernel
    record KernelAndInitrd(Path kernel, Path initrd, String commandLine) implements Image {

        /// What the initrd is called in the folder of an image.
        public static final String INITRD = "initrd.cpio";
    }
}
