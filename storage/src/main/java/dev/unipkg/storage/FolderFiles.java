package dev.unipkg.storage;

import static java.nio.file.StandardOpenOption.READ;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// How the files of a [FolderStore] are written.
final class FolderFiles {

    private static final int BUFFER_BYTES = 128 << 10;

    private FolderFiles() {}

    /// Writes all of the stream.
    ///
    /// @param where for the message
    /// @throws RefusedException `DiskFull`
    static void copy(InputStream from, FileChannel to, Path where, DiskSpace space) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        SyncBehind disk = new SyncBehind(to);
        long at = 0;
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            space.require(n);
            write(to, at, ByteBuffer.wrap(buffer, 0, n), where);
            at += n;
            disk.written(n);
        }
    }

    /// Writes all of the buffer at that position.
    ///
    /// @param where for the message
    /// @throws RefusedException `DiskFull`
    static void write(FileChannel file, long position, ByteBuffer bytes, Path where) throws IOException {
        long at = position;
        try {
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        } catch (IOException e) {
            if (ContentRefusal.isDiskFull(e)) {
                throw new RefusedException(new ContentRefusal.DiskFull(where.toString(), bytes.remaining()), e);
            }
            throw new IOException("cannot write " + where + " at byte " + at + ": " + e.getMessage(), e);
        }
    }

    /// Makes renames into the directory survive a power cut.
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }
}
