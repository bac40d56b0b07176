package dev.unipkg.kernels.nanos;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The log that the kernel writes to the disk when its program ends with a code other than 0.
///
/// @param bootId which boot it was
/// @param exitCode of the program
/// @param text the end of the kernel's log
public record KernelLog(long bootId, int exitCode, String text) {

    /// How long the region is, right before the first partition.
    static final int BYTES = 4096;

    private static final byte[] MAGIC = "KLOG".getBytes(StandardCharsets.US_ASCII);
    private static final int TEXT = MAGIC.length + Long.BYTES + Integer.BYTES;

    /// Reads the region; empty when the kernel left nothing.
    static Optional<KernelLog> read(byte[] region) {
        if (!Arrays.equals(region, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return Optional.empty();
        }
        ByteBuffer log = ByteBuffer.wrap(region).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
        long bootId = log.getLong();
        int exitCode = log.getInt();
        int end = TEXT;
        while (end < region.length && region[end] != 0) {
            end++;
        }
        return Optional.of(
                new KernelLog(bootId, exitCode, new String(region, TEXT, end - TEXT, StandardCharsets.UTF_8)));
    }
}
