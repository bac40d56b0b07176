/// Unikraft images as kraftkit publishes them: what is in their layers, and how their kernels are started.
///
/// Each layer is a tar, plain or in gzip, with one file: the kernel as `/unikraft/bin/kernel`, or the archive of files
/// that the kernel starts with as `/unikraft/bin/initrd`. A layer may hold other files, which are not used.
@NullMarked
package dev.unipkg.kernels.unikraft;

import org.jspecify.annotations.NullMarked;
