package dev.unipkg.cli.shelf;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The right to use the content of a shelf, shared by all commands that bring or read it, or the right to remove some,
/// which one command has alone. Content is named by a reference only once all of it is here, so a removal that ran
/// meanwhile would take it for content that nothing refers to. A killed process releases its right by dying.
public final class ShelfUse implements Closeable {
    private static final int POLL_MILLIS = 50;

    // A file lock belongs to the process, so the users in this one share it.
    private static final Map<Path, Held> HERE = new HashMap<>();

    /// The lock of this process on one file.
    private static final class Held {
        private final FileChannel channel;
        private final boolean shared;
        private int users = 1;

        Held(FileChannel channel, boolean shared) {
            this.channel = channel;
            this.shared = shared;
        }
    }

    private final Path file;
    private boolean closed;

    private ShelfUse(Path file) {
        this.file = file;
    }

    static ShelfUse shared(Path file) throws IOException {
        return acquire(file, true, () -> {});
    }

    static ShelfUse exclusive(Path file, Runnable waiting) throws IOException {
        return acquire(file, false, waiting);
    }

    private static ShelfUse acquire(Path file, boolean shared, Runnable waiting) throws IOException {
        boolean said = false;
        synchronized (HERE) {
            while (!tryAcquire(file, shared)) {
                if (!said) {
                    waiting.run();
                    said = true;
                }
                pause();
            }
        }
        return new ShelfUse(file);
    }

    private static boolean tryAcquire(Path file, boolean shared) throws IOException {
        Held held = HERE.get(file);
        if (held != null) {
            if (!shared || !held.shared) {
                return false;
            }
            held.users++;
            return true;
        }
        FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, shared);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock != null) {
            HERE.put(file, new Held(channel, shared));
        }
        return lock != null;
    }

    private static void pause() throws IOException {
        try {
            HERE.wait(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for another pkg that uses the shelf");
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (HERE) {
            Held held = HERE.get(file);
            if (closed || held == null) {
                return;
            }
            closed = true;
            held.users--;
            if (held.users == 0) {
                HERE.remove(file);
                held.channel.close();
                HERE.notifyAll();
            }
        }
    }
}
