package dev.unipkg.format.layer;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/// A tar in a file: contents are passed without reading them.
final class FileSource implements TarSource {

    /// Headers of small files lie close together, so one read usually brings several.
    private static final int WINDOW = 16 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW).limit(0);
    private long windowStart;
    private long position;

    FileSource(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
    }

    @Override
    public void read(byte[] into, int length) throws IOException {
        for (int done = 0; done < length; ) {
            if (position < windowStart || position >= windowStart + window.limit()) {
                fill();
            }
            int at = (int) (position - windowStart);
            int count = Math.min(length - done, window.limit() - at);
            window.get(at, into, done, count);
            position += count;
            done += count;
        }
    }

    private void fill() throws IOException {
        windowStart = position;
        window.clear();
        int read = channel.read(window, position);
        window.limit(Math.max(read, 0));
        if (read <= 0) {
            throw new ArchiveRefusal.Truncated("the layer").asException();
        }
    }

    @Override
    public Passed pass(long bytes) throws IOException {
        if (bytes > size - position) {
            throw new ArchiveRefusal.Truncated("the layer").asException();
        }
        Content content = new Content.Region(file, position, bytes);
        position += bytes;
        return new Passed(content, Optional.empty());
    }

    @Override
    public boolean atEnd() {
        return position == size;
    }
}
