package dev.unipkg.kernels;

import java.nio.file.Path;
import java.util.Optional;

/// A bootable image: a disk, a kernel with an initial RAM disk, or a kernel that is linked with its program.
public sealed interface Image {

    /// A raw disk.
    ///
    /// @param kernel beside the disk, for machines that start a kernel themselves instead of the disk's boot
    ///     code
    record Disk(Path file, Optional<Path> kernel) implements Image {
        @Override
        public Path folder() {
            return Image.folder(file);
        }
    }

    /// A kernel with the file system that it starts from. The machine needs memory for the initrd and for its unpacked
    /// files while it starts, and for the files as long as it runs.
    ///
    /// @param initrd an uncompressed newc cpio archive
    /// @param disk read-only, an erofs image with the files of the package, where they are not in the initrd
    /// @param commandLine for the kernel
    /// @param unpackedBytes of memory that the files of the initrd take once they are unpacked
    record KernelAndInitrd(Path kernel, Path initrd, Optional<Path> disk, String commandLine, long unpackedBytes)
            implements Image {

        /// The file name of the initrd in the folder of an image.
        public static final String INITRD = "initrd.cpio";

        /// The file name of the disk in the folder of an image.
        public static final String DISK = "root.erofs";

        /// An image with everything in the initrd.
        public KernelAndInitrd(Path kernel, Path initrd, String commandLine, long unpackedBytes) {
            this(kernel, initrd, Optional.empty(), commandLine, unpackedBytes);
        }

        @Override
        public Path folder() {
            return Image.folder(initrd);
        }
    }

    /// A kernel that is linked with its program.
    ///
    /// @param initrd an archive with the program's files, where the kernel does not hold them
    /// @param commandLine for the kernel and the program
    record Unikernel(Path kernel, Optional<Path> initrd, String commandLine) implements Image {

        /// The file name of the kernel in the folder of an image.
        public static final String KERNEL = "kernel";

        /// The file name of the initrd in the folder of an image.
        public static final String INITRD = "initrd";

        /// The same image, started with another command line.
        public Unikernel with(String otherCommandLine) {
            return new Unikernel(kernel, initrd, otherCommandLine);
        }

        @Override
        public Path folder() {
            return Image.folder(kernel);
        }
    }

    /// The folder of the image, absolute.
    Path folder();

    private static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? Path.of("/") : folder;
    }
}
