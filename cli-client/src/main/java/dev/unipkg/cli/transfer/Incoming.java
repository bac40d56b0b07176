package dev.unipkg.cli.transfer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unipkg.cli.output.Progress;
import dev.unipkg.format.BlockInputStream;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A blob as it comes in: first the partial file of an earlier download, then the rest from the registry, which
/// is appended to that file. The reader verifies it from the first byte, the old part included.
final class Incoming extends BlockInputStream {
    private static final int BUFFER = 128 << 10;

    private final Source source;
    private final Descriptor blob;
    private final Path partial;
    private final FileChannel file;
    private final Progress progress;
    private final long resumed;
    private long position;
    private @Nullable InputStream rest;

    /// The blob at the registry.
    @FunctionalInterface
    interface Source {
        /// All bytes from `offset` on.
        InputStream from(long offset);
    }

    Incoming(Source source, Descriptor blob, Path partial, Progress progress) throws IOException {
        this.source = source;
        this.blob = blob;
        this.partial = partial;
        this.progress = progress;
        this.file = FileChannel.open(partial, CREATE, READ, WRITE);
        this.resumed = Math.min(file.size(), blob.size());
    }

    /// How many bytes an earlier download left.
    long resumed() {
        return resumed;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = position < resumed ? readOld(bytes, offset, length) : readNew(bytes, offset, length);
        if (count > 0) {
            position += count;
            progress.add(count);
        }
        return count;
    }

    /// The digest of the whole blob, the unread part included.
    Digest digest() throws IOException {
        byte[] rest = new byte[BUFFER];
        while (position < blob.size() && read(rest, 0, rest.length) > 0) {
            // The arriving bytes are kept in the file.
        }
        return new Content.Region(partial, 0, position).digest();
    }

    /// Syncs the file, which then holds the whole blob.
    void sync() throws IOException {
        file.force(true);
    }

    /// Forgets what has come in.
    void discard() throws IOException {
        progress.add(-position);
        Files.deleteIfExists(partial);
    }

    @Override
    public void close() throws IOException {
        if (rest != null) {
            rest.close();
        }
        file.close();
    }

    private int readOld(byte[] bytes, int offset, int length) throws IOException {
        return file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, resumed - position)), position);
    }

    private int readNew(byte[] bytes, int offset, int length) throws IOException {
        if (rest == null) {
            // A blob that is here in full has nothing to ask the registry for.
            rest = position == blob.size() ? InputStream.nullInputStream() : source.from(position);
        }
        int count = rest.read(bytes, offset, length);
        // Nothing behind the end is kept; the verifier refuses it.
        if (count > 0 && position < blob.size()) {
            ByteBuffer passing = ByteBuffer.wrap(bytes, offset, count);
            for (long at = position; passing.hasRemaining(); ) {
                at += file.write(passing, at);
            }
        }
        return count;
    }
}
