package dev.unipkg.cli.shelf;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unipkg.format.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The right to download or unpack one digest, held by one thread of one process. The second pkg that wants
/// the same waits here and then finds it on the shelf. A killed process releases its claims by dying.
///
/// Digests share 256 lock files, so that locks do not pile up on the disk; a thread holds one claim at a time
/// and so cannot deadlock over a shared one.
public final class Claim implements Closeable {
    // A file lock belongs to the process, not to the thread (and is lost when any channel of the file closes),
    // so the threads of this process queue up here first and only one of them ever has the file open.
    private static final ConcurrentHashMap<Path, Semaphore> HERE = new ConcurrentHashMap<>();
    private static final int POLL_MILLIS = 50;

    private final Semaphore turn;
    private final FileChannel channel;

    private Claim(Semaphore turn, FileChannel channel) {
        this.turn = turn;
        this.channel = channel;
    }

    static Claim of(Path folder, Digest digest) throws IOException {
        Path file = folder.resolve(digest.hex().substring(0, 2));
        Semaphore turn = HERE.computeIfAbsent(file, path -> new Semaphore(1));
        turn.acquireUninterruptibly();
        @Nullable FileChannel channel = null;
        try {
            channel = FileChannel.open(file, CREATE, WRITE);
            await(channel);
            return new Claim(turn, channel);
        } catch (IOException | InterruptedException e) {
            if (channel != null) {
                channel.close();
            }
            turn.release();
            throw e instanceof IOException io
                    ? io
                    : new IOException("interrupted while waiting for another pkg that downloads " + digest, e);
        }
    }

    // Polled rather than blocked on, because a blocked file lock cannot be interrupted and holds its carrier thread.
    private static void await(FileChannel channel) throws IOException, InterruptedException {
        @Nullable FileLock lock = channel.tryLock();
        while (lock == null) {
            Thread.sleep(POLL_MILLIS);
            lock = channel.tryLock();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            turn.release();
        }
    }
}
