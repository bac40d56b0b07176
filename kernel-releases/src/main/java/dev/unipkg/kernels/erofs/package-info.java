/// Read-only disks for Linux: erofs images without compression.
///
/// # The format
///
/// As `Documentation/filesystems/erofs.rst` and `fs/erofs/erofs_fs.h` of Linux have it; all numbers are
/// little-endian and blocks have 4096 bytes. The superblock is 128 bytes at 1024. Inodes are the compact ones
/// of 32 bytes, in one table from 1152 on, so that an inode's number (its `nid`: where it is, in 32 bytes) is
/// 36 for the root and counts on from there. The data of each file, link and directory are whole blocks from
/// one address on (the layout called flat plain).
///
/// Each block of a directory stands alone: records of 12 bytes (`nid`, where in the block the name begins, the type, a
/// zero) and behind them the names, without anything in between. The first record tells by where its name begins how
/// many there are. Names are sorted by their bytes, `.` and `..` among them.
///
/// Written here, inodes and data are depth-first and sorted, modes as in an initrd, owner, group, times and the
/// identity are 0, and there are no checksums. The same tree gives the same bytes.
@NullMarked
package dev.unipkg.kernels.erofs;

import org.jspecify.annotations.NullMarked;
