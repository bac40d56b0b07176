/// Initial file systems: the cpio archive that a kernel unpacks into memory and starts from.
///
/// # The format
///
/// `newc`, as the kernel's `Documentation/driver-api/early-userspace/buffer-format.rst` has it: for each
/// entry a header of 110 ASCII characters, the path with a NUL behind it, and the content; path and content
/// are each filled with NUL to
/// a multiple of four bytes from the beginning of the archive. The header is `070701` and thirteen numbers of
/// eight hexadecimal digits: inode, mode, owner, group, links, time, size, device (major, minor), the device
/// that a node is (major, minor), the length of the path with its NUL, and a checksum that this variant
/// leaves 0. An entry called `TRAILER!!!` ends the archive.
///
/// Written here, entries are depth-first and sorted, inodes count from 1, owner, group and time are 0,
/// directories have the mode 0755 and two links, files 0755 or 0644, links 0777. The same tree gives the same
/// bytes.
@NullMarked
package dev.unipkg.kernels.initrd;

import org.jspecify.annotations.NullMarked;
