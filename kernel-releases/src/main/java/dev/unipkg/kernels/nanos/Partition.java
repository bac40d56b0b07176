package dev.unipkg.kernels.nanos;

/// A stretch of a disk that the partition table names, or the whole of a volume.
///
/// @param role what it is for
/// @param offset where it begins, in bytes
/// @param size its length in bytes
public record Partition(Role role, long offset, long size) {

    /// The purpose of a partition.
    public enum Role {
        /// The EFI system partition, with the loader for UEFI firmware.
        ESP("EFI system partition", 0xef),
        /// The file system with the kernel and its klibs.
        BOOT("boot file system", 0x83),
        /// The file system with the program.
        ROOT("root file system", 0x83),
        /// A volume: a file system without a partition table.
        VOLUME("volume", 0);

        private final String words;
        private final int type;

        Role(String words, int type) {
            this.words = words;
            this.type = type;
        }

        /// The type in the partition table; 0 for a volume, which has none.
        int type() {
            return type;
        }

        @Override
        public String toString() {
            return words;
        }
    }
}
