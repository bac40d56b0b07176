package dev.unipkg.format.file;

import dev.unipkg.format.BlockOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Writes a file from some position on. Every 8 MiB it syncs the file in the background, so that little is left for the
/// sync at the end, which the caller still does. Closing it does nothing: the channel is the caller's.
///
/// Used by one thread.
public final class FileOutput extends BlockOutputStream {

    private static final long SYNC_EVERY_BYTES = 8 << 20;

    private final Path path;
    private final FileChannel channel;
    private long position;
    private long unsyncedBytes;
    private @Nullable Thread syncing;

    /// @param path for messages
    /// @param position where the first byte goes, in bytes from the start of the file
    public FileOutput(Path path, FileChannel channel, long position) {
        this.path = path;
        this.channel = channel;
        this.position = position;
    }

    /// The position of the next byte, in bytes from the start of the file.
    public long position() {
        return position;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
        try {
            while (left.hasRemaining()) {
                position += channel.write(left, position);
            }
        } catch (IOException e) {
            throw new IOException("cannot write " + path + " at byte " + position + ": " + e.getMessage(), e);
        }
        unsyncedBytes += length;
        if (unsyncedBytes >= SYNC_EVERY_BYTES && (syncing == null || !syncing.isAlive())) {
            unsyncedBytes = 0;
            syncing = Thread.ofPlatform().daemon().name("syncs-behind").start(this::syncBehind);
        }
    }

    private void syncBehind() {
        try {
            channel.force(false);
        } catch (IOException e) {
            // The file was closed meanwhile, or the disk fails, which the sync at the end finds as well.
            return;
        }
    }
}
