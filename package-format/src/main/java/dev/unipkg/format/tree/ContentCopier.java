package dev.unipkg.format.tree;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/// Copies contents into one target file, keeping the files they come from open between copies: composing an
/// image out of a layer's twenty thousand small files opens the layer once. Not for several threads.
public final class ContentCopier implements AutoCloseable {

    /// Below this size a read and a write cost less than asking the kernel to move the bytes.
    private static final int SMALL = 32 * 1024;

    private static final int MAX_OPEN_FILES = 64;

    private final FileChannel target;
    private final Map<Path, FileChannel> sources = new LinkedHashMap<>();
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
            case Content.Region region when region.size() <= SMALL -> copySmall(region, position);
            case Content.Region region -> transfer(region, position);
        }
    }

    private void copySmall(Content.Region region, long position) throws IOException {
        FileChannel source = open(region.file());
        buffer.clear().limit((int) region.size());
        while (buffer.hasRemaining()) {
            if (source.read(buffer, region.offset() + buffer.position()) < 0) {
                throw shorter(region);
            }
        }
        writeFully(buffer.flip(), position);
    }

    private void transfer(Content.Region region, long position) throws IOException {
        FileChannel source = open(region.file());
        target.position(position);
        for (long done = 0; done < region.size(); ) {
            long moved = source.transferTo(region.offset() + done, region.size() - done, target);
            if (moved <= 0) {
                throw shorter(region);
            }
            done += moved;
        }
    }

    private void writeFully(ByteBuffer bytes, long position) throws IOException {
        for (long at = position; bytes.hasRemaining(); ) {
            at += target.write(bytes, at);
        }
    }

    private FileChannel open(Path file) throws IOException {
        FileChannel known = sources.get(file);
        if (known != null) {
            return known;
        }
        if (sources.size() >= MAX_OPEN_FILES) {
            close();
        }
        FileChannel opened = FileChannel.open(file, StandardOpenOption.READ);
        sources.put(file, opened);
        return opened;
    }

    private static EOFException shorter(Content.Region region) {
        return new EOFException(region.file() + " became shorter while it was copied: expected "
                + (region.offset() + region.size()) + " bytes");
    }

    /// Closes the source files.
    @Override
    public void close() throws IOException {
        try {
            for (FileChannel source : sources.values()) {
                source.close();
            }
        } finally {
            sources.clear();
        }
    }
}
