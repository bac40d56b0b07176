/// Linux as the kernel of one program: what a release is made of, and what the program's tree needs beside
/// it.
///
/// The kernel unpacks the package's tree into memory as its root, writable, and starts `/.unipkg/verify`, a
/// script for the busybox beside it. That counts the files, and where some are missing prints the line
///
///     unipkg-incomplete: expected <n> files and folders of <n> KiB, found <n> of <n> KiB
///
/// and powers the machine off; else it becomes the release's `/.unipkg/init`.
///
/// A large package is on a read-only disk instead, `/dev/vda`, and the initrd has the guest's own files only. Then
/// `/.unipkg/verify` becomes `/.unipkg/disk`, which loads the modules, lays memory over the disk, and becomes the
/// release's `/.unipkg/init` with that as its root. If it cannot, it prints the line
///
///     unipkg-no-root: <why>
///
/// and powers the machine off.
///
/// The release's init loads the modules that are not loaded yet, sets up the network (10.0.2.15/24, gateway
/// 10.0.2.2, name server 10.0.2.3: what QEMU's user-mode network expects) and runs the program as the only
/// one, as the user that the package names, with standard output and error on the console, where no byte is changed.
/// Standard input is empty, unless the machine has a virtio console with a port called `unipkg.stdin`: then it is what
/// comes through that. When the program ends, there come a NUL and a last line
///
///     unipkg-exit: <status>
///
/// with the status a shell would report: 0 to 255, 128 and a signal's number when a signal ended it, 127 when
/// it could not be found and 126 when it could not be executed; then the machine powers off. Ctrl-Alt-Del
/// asks the program to end (SIGTERM) and leads to the same line.
@NullMarked
package dev.unipkg.kernels.linux;

import org.jspecify.annotations.NullMarked;
