package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A stretch of an image file, such as a partition. Nothing outside can be read through it.
///
/// @param what what it is, for messages: `the root partition`
/// @param channel the image; stays open and belongs to somebody else
/// @param offset where the stretch begins, in bytes
/// @param size its length in bytes
public record Window(String what, FileChannel channel, long offset, long size) {

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

    private void requireInside(long at, long length) throws RefusedException {
        if (at < 0 || length < 0 || at > size || length > size - at) {
            throw new ArchiveRefusal.Corrupt(what, "names " + length + " bytes at " + at + " of a stretch of " + size)
                    .asException();
        }
    }
}
