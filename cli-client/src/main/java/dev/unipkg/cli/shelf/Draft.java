package dev.unipkg.cli.shelf;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/// A file being written. [#commit] makes it visible under its name, whole and synced; closing it without a
/// commit leaves nothing behind. It is locked while open, which tells a sweep that its writer is alive.
public final class Draft implements Closeable {
    private final Path file;
    private final FileChannel channel;

    private Draft(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static Draft in(Path folder) throws IOException {
        Path file = folder.resolve(UUID.randomUUID().toString());
        FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE);
        try {
            channel.lock();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new Draft(file, channel);
    }

    /// Where the bytes are until the commit.
    public Path file() {
        return file;
    }

    /// What to write them with.
    public FileChannel channel() {
        return channel;
    }

    /// Appends all of `bytes`.
    public void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /// Syncs the bytes, makes them read-only and renames them to `target`. A target that exists is replaced:
    /// under one digest there is only one content.
    public void commit(Path target) throws IOException {
        channel.force(true);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        // Deleted before the lock goes; after a commit there is nothing under this name.
        Files.deleteIfExists(file);
        channel.close();
    }
}
