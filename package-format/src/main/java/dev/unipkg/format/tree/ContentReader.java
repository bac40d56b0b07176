package dev.unipkg.format.tree;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads contents, keeping the files they come from open in between: composing an image out of a layer's twenty
/// thousand small files opens the layer once. Not for several threads.
public final class ContentReader implements AutoCloseable {

    private static final int MAX_OPEN_FILES = 64;

    private final Map<Path, FileChannel> files = new LinkedHashMap<>();

    /// Reads bytes of `content`, its byte `from` first: all that are left, or as many as `target` has room for.
    ///
    /// @return how many
    /// @throws EOFException when the file behind `content` has become shorter than it was
    public int read(Content content, long from, ByteBuffer target) throws IOException {
        int count = (int) Math.min(content.size() - from, target.remaining());
        switch (content) {
            case Content.Bytes(byte[] bytes) -> target.put(bytes, (int) from, count);
            case Content.Region region -> read(region, from, target, count);
        }
        return count;
    }

    private void read(Content.Region region, long from, ByteBuffer target, int count) throws IOException {
        FileChannel file = open(region.file());
        int limit = target.limit();
        int start = target.position();
        target.limit(start + count);
        while (target.hasRemaining()) {
            if (file.read(target, region.offset() + from + target.position() - start) < 0) {
                throw shorter(region);
            }
        }
        target.limit(limit);
    }

    FileChannel open(Path file) throws IOException {
        FileChannel known = files.get(file);
        if (known != null) {
            return known;
        }
        if (files.size() >= MAX_OPEN_FILES) {
            close();
        }
        FileChannel opened = FileChannel.open(file, StandardOpenOption.READ);
        files.put(file, opened);
        return opened;
    }

    static EOFException shorter(Content.Region region) {
        return new EOFException(region.file() + " became shorter while it was copied: expected "
                + (region.offset() + region.size()) + " bytes");
    }

    /// Closes the files.
    @Override
    public void close() throws IOException {
        try {
            for (FileChannel file : files.values()) {
                file.close();
            }
        } finally {
            files.clear();
        }
    }
}
