package dev.unipkg.format.file;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// A file being written under a random name. [#commit] gives it its name, whole, synced and read-only; closing it
/// without a commit leaves nothing behind. It is locked while open, which tells a sweep that its writer is alive.
///
/// Used by one thread.
public final class NewFile implements Closeable {

    private final Path path;
    private final FileChannel channel;
    private final FileOutput out;

    private NewFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
        this.out = new FileOutput(path, channel, 0);
    }

    /// Begins an empty file.
    ///
    /// @param folder on the file system of the later target
    public static NewFile in(Path folder) throws IOException {
        Path path = folder.resolve(UUID.randomUUID().toString());
        NewFile file = new NewFile(path, FileChannel.open(path, CREATE_NEW, WRITE));
        try {
            file.channel.lock();
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return file;
    }

    /// The stream that appends to it. It need not be closed.
    public OutputStream out() {
        return out;
    }

    /// Syncs the bytes.
    ///
    /// @return the file, which the caller may publish before this is closed
    public Path sync() throws IOException {
        channel.force(true);
        return path;
    }

    /// Syncs the bytes and publishes the file under its name, see [Disk#publish].
    public void commit(Path target) throws IOException {
        Disk.publish(sync(), target);
    }

    @Override
    public void close() throws IOException {
        // Deleted before the lock goes; after a commit there is nothing under this name.
        Files.deleteIfExists(path);
        channel.close();
    }
}
