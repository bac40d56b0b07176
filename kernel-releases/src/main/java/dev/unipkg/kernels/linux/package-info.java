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
///
/// # The agent of resumed guests
///
/// A guest that resumes from a snapshot has the clock and the random number generator of the moment of the snapshot.
/// `/.unipkg/agent` sets both from the host, over the second serial port, `/dev/ttyS1`. It runs as root beside the
/// program, whoever that runs as, and is no child of it. Images for x86_64 have it; it is started only on machines that
/// have the port, before the program is. There is none for arm64 and riscv64: QEMU's machine `virt` has one serial
/// port.
///
/// The protocol, by which the agent and the host take turns:
///
/// 1. The agent sends the byte `R` when it waits for a record.
/// 2. The host sends a record of 48 bytes. It may come in parts.
/// 3. The agent sets the clock to the record's time, adds the seed to the kernel's random number generator as
///    256 bits of entropy, and makes that reseed itself at once (`RNDRESEEDCRNG`, Linux 4.17).
/// 4. The agent sends `K` if all three worked, else `E`. An error in one does not keep it from the others. It goes on
///    at 1.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | time: seconds since 1970-01-01 00:00 UTC, signed, little-endian |
/// | 8 | 8 | nanoseconds of that second, 0 to 999,999,999, little-endian |
/// | 16 | 32 | seed: random bytes of the host, different in each record |
///
/// The port is a raw terminal without echo. The agent ends when it can no longer read from it, or with the machine.
/// Signals that ask it to end (SIGHUP, SIGINT, SIGQUIT, SIGTERM) do not.
@NullMarked
package dev.unipkg.kernels.linux;

import org.jspecify.annotations.NullMarked;
