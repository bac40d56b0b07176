package dev.unipkg.kernels.nanos.tfs;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A record laid out over as many log extensions as it needs. The first extension lies at block 1, right after
/// block 0; the further ones lie in a row from a block of the caller's choice.
final class LogExtensions {

    /// The largest encoded link (a frame byte and two varints), and the largest frame of a record.
    private static final int FRAME_BYTES = 21;

    /// A record is begun only where this much of it fits as well.
    private static final int RECORD_BYTES = 32;

    private final byte[] record;
    private final List<byte[]> extensions = new ArrayList<>();

    private LogExtensions(byte[] record) {
        this.record = record;
    }

    /// Each extension from its first byte to the last frame; what is left of its 512 KiB is zeros.
    ///
    /// @param furtherBlock where the second extension lies; the third lies 1024 blocks behind it
    static List<byte[]> of(byte[] record, long furtherBlock) {
        LogExtensions log = new LogExtensions(record);
        log.layOut(furtherBlock);
        return log.extensions;
    }

    /// The block that names the volume and links to block 1.
    static byte[] firstBlock(String label, UUID uuid) {
        ByteArrayOutputStream block = new ByteArrayOutputStream(Tfs.BLOCK);
        header(block, Tfs.FIRST_EXTENSION_BLOCKS);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            block.write((int) (uuid.getMostSignificantBits() >>> shift));
        }
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            block.write((int) (uuid.getLeastSignificantBits() >>> shift));
        }
        block.writeBytes(RawText.encode(label));
        block.write(0);
        link(block, Tfs.FIRST_EXTENSION_BLOCKS);
        block.write(Tfs.END_OF_LOG);
        return block.toByteArray();
    }

    private void layOut(long furtherBlock) {
        ByteArrayOutputStream extension = begin();
        for (int written = 0; written < record.length; ) {
            int left = Tfs.EXTENSION_BYTES - extension.size();
            if (left <= FRAME_BYTES + FRAME_BYTES + RECORD_BYTES) {
                link(extension, furtherBlock + (long) extensions.size() * Tfs.EXTENSION_BLOCKS);
                extensions.add(extension.toByteArray());
                extension = begin();
                continue;
            }
            int part = Math.min(record.length - written, left - FRAME_BYTES - FRAME_BYTES);
            if (written == 0) {
                extension.write(Tfs.RECORD);
                ValueEncoder.varint(extension, record.length);
            } else {
                extension.write(Tfs.RECORD_GOES_ON);
            }
            ValueEncoder.varint(extension, part);
            extension.write(record, written, part);
            written += part;
        }
        extension.write(Tfs.END_OF_LOG);
        extensions.add(extension.toByteArray());
    }

    private static ByteArrayOutputStream begin() {
        ByteArrayOutputStream extension = new ByteArrayOutputStream(1024);
        header(extension, Tfs.EXTENSION_BLOCKS);
        return extension;
    }

    private static void header(ByteArrayOutputStream extension, int blocks) {
        extension.writeBytes(Tfs.MAGIC);
        ValueEncoder.varint(extension, Tfs.VERSION);
        ValueEncoder.varint(extension, blocks);
    }

    private static void link(ByteArrayOutputStream extension, long block) {
        extension.write(Tfs.LINK);
        ValueEncoder.varint(extension, block);
        ValueEncoder.varint(extension, Tfs.EXTENSION_BLOCKS);
    }
}
