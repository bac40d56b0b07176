/// Nanos: what one of its releases holds, and the disk images it boots from.
///
/// ## The disk
/// Sectors have 512 bytes; integers of the partition table are little-endian.
///
///     0             512      boot record: first sector of boot.img, with the partition table filled in
///     512           S        second stage: the rest of boot.img; none on arm64
///     512+S         4096     klog: the kernel leaves its log here when it ends badly
///     P             n MiB    EFI system partition (type EF); only where the image boots by UEFI too
///     then          12 MiB   boot file system (type 83): /kernel and /klib/*
///     then                   root file system (type 83), to the end of the disk
///
/// Both file systems are [TFS][dev.unipkg.kernels.nanos.tfs]. A volume is a TFS file system alone, from byte 0.
///
/// The boot record has a record of 12 bytes and a type at 0x1AA: u64 load address, u64 S, u32 12. The four
/// entries of the partition table at 0x1BE are, in order, the partitions above.
@NullMarked
package dev.unipkg.kernels.nanos;

import org.jspecify.annotations.NullMarked;
