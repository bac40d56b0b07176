package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.BlockInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Reads a file through its extents. Ranges without an extent are zeros.
final class ExtentInputStream extends BlockInputStream {

    private final Window window;
    private final TfsNode.File file;
    private int extent;
    private long position;

    ExtentInputStream(Window window, TfsNode.File file) {
        this.window = window;
        this.file = file;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= file.size()) {
            return -1;
        }
        while (extent < file.extents().size() && end(file.extents().get(extent)) <= position) {
            extent++;
        }
        long stop = file.size();
        long inside = -1;
        if (extent < file.extents().size()) {
            Extent next = file.extents().get(extent);
            inside = position - next.fileBlock() * Tfs.BLOCK;
            stop = Math.min(stop, inside >= 0 ? end(next) : next.fileBlock() * Tfs.BLOCK);
        }
        int count = (int) Math.min(length, stop - position);
        if (inside < 0) {
            Arrays.fill(buffer, offset, offset + count, (byte) 0);
        } else {
            long at = file.extents().get(extent).block() * Tfs.BLOCK + inside;
            readFully(ByteBuffer.wrap(buffer, offset, count), window.offset() + at);
        }
        position += count;
        return count;
    }

    private void readFully(ByteBuffer bytes, long from) throws IOException {
        for (long at = from; bytes.hasRemaining(); ) {
            int read = window.channel().read(bytes, at);
            if (read < 0) {
                throw new ArchiveRefusal.Truncated(window.what()).asException();
            }
            at += read;
        }
    }

    private static long end(Extent extent) {
        return (extent.fileBlock() + extent.blocks()) * Tfs.BLOCK;
    }
}
