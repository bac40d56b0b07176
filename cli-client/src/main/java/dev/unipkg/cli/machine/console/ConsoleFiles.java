package dev.unipkg.cli.machine.console;

import dev.unipkg.format.BlockInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The kept console of a detached instance as one stream, over the files that it is kept in while the first becomes the
/// second.
public final class ConsoleFiles extends BlockInputStream {
    /// The file with the end of what the guest of a detached instance wrote to its console.
    public static final String CURRENT = "console.log";

    /// The older part of the console, after rotation.
    public static final String EARLIER = "console.earlier.log";

    // The end of the machine, after which no more is written, has no event.
    private static final int POLL_MILLIS = 50;

    /// A file that stays the same under whatever name.
    private record Opened(FileChannel channel, @Nullable Object key) {}

    private final Path folder;
    private final BooleanSupplier goesOn;
    private final Deque<Opened> files = new ArrayDeque<>();

    /// @param folder of the instance
    /// @param goesOn whether more may come; where it is false, the stream ends with what is there
    public ConsoleFiles(Path folder, BooleanSupplier goesOn) throws IOException {
        this.folder = folder;
        this.goesOn = goesOn;
        openNext(null);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            // Asked ahead of the reads: what was written before the end is read after it.
            boolean more = goesOn.getAsBoolean();
            Opened current = files.peek();
            boolean moved = current == null || !Objects.equals(current.key(), key(CURRENT));
            int count = current == null ? -1 : current.channel().read(ByteBuffer.wrap(bytes, offset, length));
            if (count > 0) {
                return count;
            }
            if (files.size() > 1) {
                files.remove().channel().close();
            } else if (!moved || !openNext(current)) {
                if (!more) {
                    return -1;
                }
                pause();
            }
        }
    }

    /// Milliseconds since the last byte was kept; empty before the first.
    ///
    /// @param folder of the instance
    public static OptionalLong silentMillis(Path folder) throws IOException {
        Path file = folder.resolve(CURRENT);
        return Files.exists(file) && Files.size(file) > 0
                ? OptionalLong.of(System.currentTimeMillis()
                        - Files.getLastModifiedTime(file).toMillis())
                : OptionalLong.empty();
    }

    // The newer file is opened first: where it becomes the older one in between, it is not read twice.
    private boolean openNext(@Nullable Opened current) throws IOException {
        Opened newer = open(CURRENT);
        Opened older = open(EARLIER);
        boolean opened = false;
        for (Opened file : new Opened[] {older, newer}) {
            boolean known = file != null
                    && (current != null && Objects.equals(file.key(), current.key())
                            || file == older && newer != null && Objects.equals(older.key(), newer.key()));
            if (file != null && known) {
                file.channel().close();
            } else if (file != null) {
                files.add(file);
                opened = true;
            }
        }
        return opened;
    }

    private @Nullable Opened open(String name) throws IOException {
        Path file = folder.resolve(name);
        try {
            Object before = key(name);
            FileChannel channel = FileChannel.open(file);
            Object after = key(name);
            // Another file took the name between; its turn comes with the next look.
            return new Opened(channel, Objects.equals(before, after) ? after : new Object());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private @Nullable Object key(String name) throws IOException {
        try {
            return Files.readAttributes(folder.resolve(name), BasicFileAttributes.class)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the console was followed");
        }
    }

    @Override
    public void close() throws IOException {
        for (Opened file : files) {
            file.channel().close();
        }
    }
}
