package dev.unipkg.cli.machine.qemu;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Writes an empty qcow2 disk whose contents are those of a raw image until a guest writes to it, so that
/// an image on the shelf serves any number of instances and is never written.
///
/// The layout is that of QEMU's `docs/interop/qcow2.txt`, version 3, big-endian, in clusters of 64 KiB:
/// cluster 0 holds the header, its one extension (the format of the backing file) and the backing file's
/// name; then the refcount table (one cluster), the refcount block (one cluster) and the L1 table, whose
/// zero entries mean "look in the backing file".
final class Overlay {
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;
    private static final int MAGIC = 'Q' << 24 | 'F' << 16 | 'I' << 8 | 0xfb;
    private static final int HEADER_LENGTH = 104;
    private static final int BACKING_FORMAT = 0xe2792aca;
    private static final int REFCOUNT_ORDER = 4;
    private static final int SECTOR = 512;

    // "Its length must be at most 1023 bytes."
    private static final int MAX_BACKING_NAME = 1023;

    // One L1 entry covers the clusters that one L2 table of one cluster (8-byte entries) describes: 512
    // MiB.
    private static final long PER_L1_ENTRY = (long) CLUSTER * (CLUSTER / 8);

    // QEMU takes at most 32 MiB of L1 table; we stop where the refcounts of our own clusters leave their
    // one block.
    private static final long MAX_SIZE = PER_L1_ENTRY * (CLUSTER / 8) * 256;

    private Overlay() {}

    /// Writes a new overlay.
    ///
    /// @param file must not exist
    /// @param backing the raw image
    /// @param size bytes the guest sees, at least those of the image; rounded up to whole sectors of 512
    ///     bytes
    static void write(Path file, Path backing, long size) throws IOException {
        byte[] name = backing.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_BACKING_NAME) {
            throw new IOException("the path of the image is longer than the " + MAX_BACKING_NAME
                    + " bytes a qcow2 overlay can name: " + backing);
        }
        if (size < 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException("not a disk size: " + size);
        }
        long sectors = (size + SECTOR - 1) / SECTOR;
        int l1Entries = Math.toIntExact(Math.max(1, (sectors * SECTOR + PER_L1_ENTRY - 1) / PER_L1_ENTRY));
        int l1Clusters = (l1Entries * 8 + CLUSTER - 1) / CLUSTER;
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
            write(channel, header(name, sectors * SECTOR, l1Entries), 0);
            write(channel, ByteBuffer.allocate(8).putLong(0, 2L * CLUSTER), CLUSTER);
            write(channel, refcounts(3 + l1Clusters), 2L * CLUSTER);
            // The table's last entry is written so that the file has its full length; the zeros before it
            // are a hole.
            write(channel, ByteBuffer.allocate(8), (3L + l1Clusters) * CLUSTER - 8);
        }
    }

    private static ByteBuffer header(byte[] backing, long size, int l1Entries) {
        byte[] format = "raw".getBytes(StandardCharsets.US_ASCII);
        int nameOffset = HEADER_LENGTH + 8 + 8 + 8;
        ByteBuffer header = ByteBuffer.allocate(nameOffset + backing.length);
        header.putInt(MAGIC).putInt(3).putLong(nameOffset).putInt(backing.length);
        header.putInt(CLUSTER_BITS).putLong(size).putInt(0 /* not encrypted */);
        header.putInt(l1Entries).putLong(3L * CLUSTER);
        header.putLong(CLUSTER).putInt(1 /* cluster of refcount table */);
        header.putInt(0).putLong(0 /* no snapshots */);
        header.putLong(0).putLong(0).putLong(0 /* no feature bits: incompatible, compatible, autoclear */);
        header.putInt(REFCOUNT_ORDER).putInt(HEADER_LENGTH);
        header.putInt(BACKING_FORMAT).putInt(format.length).put(format).position(HEADER_LENGTH + 16);
        header.putInt(0).putInt(0 /* end of the extensions */);
        return header.put(backing).flip();
    }

    private static ByteBuffer refcounts(int clusters) {
        ByteBuffer block = ByteBuffer.allocate(clusters * 2);
        while (block.hasRemaining()) {
            block.putShort((short) 1);
        }
        return block.flip();
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }
}
