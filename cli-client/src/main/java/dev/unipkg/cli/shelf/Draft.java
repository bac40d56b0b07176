package dev.unipkg.cli.shelf;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A file being written. [#commit] makes it visible under its name, whole and synced; closing it without a
/// commit leaves nothing behind. It is locked while open, which tells a sweep that its writer is alive.
public final class Draft implements Closeable {
    private static final long SYNC_EVERY = 32 << 20;

    private final Path file;
    private final FileChannel channel;
    private long unsynced;
    private @Nullable Thread syncing;

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

    /// The file that holds the bytes until the commit.
    public Path file() {
        return file;
    }

    /// The channel to write them with.
    public FileChannel channel() {
        return channel;
    }

    /// Appends all of `bytes`.
    public void write(byte[] bytes) throws IOException {
        write(ByteBuffer.wrap(bytes));
    }

    /// An appending stream for content that may be large: it syncs while writing, so that little is left for
    /// the commit.
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b});
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Draft.this.write(ByteBuffer.wrap(bytes, offset, length));
                unsynced += length;
                if (unsynced >= SYNC_EVERY && (syncing == null || !syncing.isAlive())) {
                    unsynced = 0;
                    syncing = Thread.ofPlatform().daemon().start(Draft.this::sync);
                }
            }
        };
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void sync() {
        try {
            channel.force(false);
        } catch (IOException e) {
            // The draft was closed meanwhile, or the disk fails, which the commit finds as well.
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
