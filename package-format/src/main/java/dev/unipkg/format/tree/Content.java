package dev.unipkg.format.tree;

import dev.unipkg.format.BlockInputStream;
import dev.unipkg.format.Digest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/// The bytes of a file in a tree. They stay on disk or in memory until they are read or copied, so a tree of gigabytes
/// takes only the memory of its names.
public sealed interface Content {

    /// How many bytes there are.
    long size();

    /// The bytes from first to last. Reading fails with [EOFException] when the file behind a region has
    /// become shorter than it was.
    InputStream open() throws IOException;

    /// Writes all bytes into `target` from `position` on, inside the kernel where it offers that
    /// (`copy_file_range`, `sendfile`). Leaves the channel's own position undefined; what lies before and
    /// after is not touched, so a sparse target stays sparse there. To copy many small contents of one file,
    /// [ContentCopier] saves the opening and closing.
    default void copyTo(FileChannel target, long position) throws IOException {
        try (ContentCopier copier = new ContentCopier(target)) {
            copier.copy(this, position);
        }
    }

    /// Everything in one array.
    default byte[] readAll() throws IOException {
        try (InputStream in = open()) {
            return in.readAllBytes();
        }
    }

    /// The SHA-256 of the bytes, computed by reading them.
    default Digest digest() throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.ofHash(sha256.digest());
    }

    /// Bytes in memory. The array is not copied; its owner must not change it.
    @SuppressWarnings("ArrayRecordComponent") // compared by identity, as a region is by place
    record Bytes(byte[] bytes) implements Content {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /// A stretch of a file on this machine.
    ///
    /// @param file the file, which must keep these bytes for as long as the tree is in use
    /// @param offset where the stretch begins, in bytes
    /// @param size how many bytes it has
    record Region(Path file, long offset, long size) implements Content {
        public Region {
            if (offset < 0 || size < 0 || offset > Long.MAX_VALUE - size) {
                throw new IllegalArgumentException(
                        "not a region of a file: offset " + offset + ", size " + size + " of " + file);
            }
        }

        @Override
        public InputStream open() throws IOException {
            return new RegionInputStream(this);
        }
    }

    /// The UTF-8 bytes of `text`.
    static Content ofText(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The whole of a file as long as it is now.
    static Content ofFile(Path file) throws IOException {
        return new Region(file, 0, Files.size(file));
    }
}

/// Reads a region through positional reads.
final class RegionInputStream extends BlockInputStream {

    private final Content.Region region;
    private final FileChannel channel;
    private long position;

    RegionInputStream(Content.Region region) throws IOException {
        this.region = region;
        this.channel = FileChannel.open(region.file(), StandardOpenOption.READ);
        this.position = region.offset();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        long left = region.offset() + region.size() - position;
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        int read = channel.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(left, length)), position);
        if (read < 0) {
            throw new EOFException(region.file() + " became shorter while it was read: expected "
                    + (region.offset() + region.size()) + " bytes, it ends at " + position);
        }
        position += read;
        return read;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, region.offset() + region.size() - position);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
