package dev.unipkg.format.tree;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Copies contents into one target file, as a [ContentReader] reads them. Not for several threads.
public final class ContentCopier implements AutoCloseable {

    /// Below this size a read and a write cost less than asking the kernel to move the bytes.
    private static final int SMALL = 32 * 1024;

    private final FileChannel target;
    private final ContentReader reader = new ContentReader();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SMALL);

    /// @param target where to write; stays open when the copier is closed
    public ContentCopier(FileChannel target) {
        this.target = target;
    }

    /// Writes all bytes of `content` into the target from `position` on; see [Content#copyTo].
    ///
    /// @throws EOFException when the file behind `content` has become shorter than it was
    public void copy(Content content, long position) throws IOException {
        switch (content) {
            case Content.Bytes(byte[] bytes) -> writeFully(ByteBuffer.wrap(bytes), position);
            case Content.Region region
            when region.size() <= SMALL -> {
                reader.read(region, 0, buffer.clear());
                writeFully(buffer.flip(), position);
            }
            case Content.Region region -> transfer(region, position);
        }
    }

    private void transfer(Content.Region region, long position) throws IOException {
        FileChannel source = reader.open(region.file());
        target.position(position);
        for (long done = 0; done < region.size(); ) {
            long moved = source.transferTo(region.offset() + done, region.size() - done, target);
            if (moved <= 0) {
                throw ContentReader.shorter(region);
            }
            done += moved;
        }
    }

    private void writeFully(ByteBuffer bytes, long position) throws IOException {
        for (long at = position; bytes.hasRemaining(); ) {
            at += target.write(bytes, at);
        }
    }

    /// Closes the source files.
    @Override
    public void close() throws IOException {
        reader.close();
    }
}
