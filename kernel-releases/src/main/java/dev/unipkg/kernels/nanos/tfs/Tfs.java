package dev.unipkg.kernels.nanos.tfs;

import java.nio.charset.StandardCharsets;

/// The fixed numbers of TFS (see the package).
final class Tfs {

    /// Bytes in a block; the sector of the disks it lives on.
    static final int BLOCK = 512;

    static final byte[] MAGIC = "NVMTFS".getBytes(StandardCharsets.US_ASCII);

    static final int VERSION = 5;

    /// The encoding before types: two types of value, buffers and tuples.
    static final int OLD_VERSION = 4;

    static final int UUID_BYTES = 16;

    /// The longest label, in bytes, without the zero that ends it.
    static final int MAX_LABEL_BYTES = 31;

    /// Blocks of the extension at block 0.
    static final int FIRST_EXTENSION_BLOCKS = 1;

    /// Blocks of every other extension. The kernel opens no other size.
    static final int EXTENSION_BLOCKS = 1024;

    static final int EXTENSION_BYTES = EXTENSION_BLOCKS * BLOCK;

    /// Free blocks the kernel takes for logs of its own before it writes the first byte of data.
    static final int KERNEL_LOG_BLOCKS = 2 * EXTENSION_BLOCKS;

    static final int END_OF_LOG = 1;
    static final int RECORD = 2;
    static final int RECORD_GOES_ON = 3;
    static final int END_OF_SEGMENT = 4;
    static final int LINK = 5;

    private Tfs() {}

    static long blocks(long bytes) {
        return bytes / BLOCK + (bytes % BLOCK == 0 ? 0 : 1);
    }
}
