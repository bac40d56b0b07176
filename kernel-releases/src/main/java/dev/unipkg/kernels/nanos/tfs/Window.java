package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/// A stretch of an image file, such as a partition. Nothing outside can be read through it.
///
/// @param what what it is, for messages: `the root partition`
/// @param channel the image; the caller closes it
/// @param offset where the stretch begins, in bytes
/// @param size its length in bytes
public record Window(String what, FileChannel channel, long offset, long size) {

    private static final int SCAN_BYTES = 1 << 20;

    /// Bytes of the stretch.
    ///
    /// @param at where they begin, counted from the start of the stretch
    /// @throws RefusedException when they do not lie inside, or the image ends before them
    public byte[] read(long at, int length) throws IOException {
        requireInside(at, length);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + at + bytes.position()) < 0) {
                throw new ArchiveRefusal.Truncated(what).asException();
            }
        }
        return bytes.array();
    }

    /// The window on a part of this one.
    ///
    /// @throws RefusedException when it does not lie inside
    public Window part(String what, long at, long length) throws RefusedException {
        requireInside(at, length);
        return new Window(what, channel, offset + at, length);
    }

    /// Looks for bytes that are not zero where nothing should be.
    ///
    /// @param from where to look, counted from the start of the stretch
    /// @param to where to stop
    public Optional<Finding> unclaimed(long from, long to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SCAN_BYTES);
        long first = -1;
        long last = -1;
        for (long at = from; at < to; ) {
            buffer.clear().limit((int) Math.min(SCAN_BYTES, to - at));
            int read = channel.read(buffer, offset + at);
            if (read <= 0) {
                break;
            }
            int nonZero = firstNonZero(buffer.array(), 0, read);
            if (nonZero < read) {
                first = first < 0 ? at + nonZero : first;
                last = at + lastNonZero(buffer.array(), read);
            }
            at += read;
        }
        return first < 0 ? Optional.empty() : Optional.of(new Finding.Unclaimed(offset + first, last + 1 - first));
    }

    static int firstNonZero(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] == 0) {
            at++;
        }
        return at;
    }

    private static int lastNonZero(byte[] bytes, int to) {
        int at = to - 1;
        while (at > 0 && bytes[at] == 0) {
            at--;
        }
        return at;
    }

    private void requireInside(long at, long length) throws RefusedException {
        if (at < 0 || length < 0 || at > size || length > size - at) {
            throw new ArchiveRefusal.Corrupt(what, "names " + length + " bytes at " + at + " of a stretch of " + size)
                    .asException();
        }
    }
}
