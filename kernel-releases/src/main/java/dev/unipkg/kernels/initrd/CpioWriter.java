package dev.unipkg.kernels.initrd;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.ContentReader;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.kernels.file.ImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/// Writes a tree as a newc cpio archive in one pass. The format is specified in the description of this package.
///
/// Everything goes through one large buffer: contents lie at any multiple of four here, so that no kernel moves them
/// without copying them, and large writes are what it is quickest with.
public final class CpioWriter {

    static final String MAGIC = "070701";
    static final String TRAILER = "TRAILER!!!";
    static final int HEADER_BYTES = 110;
    static final int ALIGNMENT = 4;

    /// The largest size that eight hexadecimal digits can hold.
    static final long MAX_FILE_BYTES = 0xffff_ffffL;

    static final int TYPE_MASK = 0170000;
    static final int TYPE_DIRECTORY = 0040000;
    static final int TYPE_FILE = 0100000;
    static final int TYPE_LINK = 0120000;

    private static final int BUFFER_BYTES = 1 << 20;

    private final FileChannel channel;
    private final ContentReader reader;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long flushed;
    private int inode;

    private CpioWriter(FileChannel channel, ContentReader reader) {
        this.channel = channel;
        this.reader = reader;
    }

    /// Writes the archive. The target appears when it is whole, in the place of what was there; whatever
    /// happens before, nothing is left behind.
    ///
    /// @throws RefusedException when a file has 4 GiB or more, when something at the top is called
    ///     `TRAILER!!!`, which would end the archive, or when the disk is full
    public static void write(FileTree tree, Path target) throws IOException {
        ImageFile.write(target, size(tree), channel -> {
            try (ContentReader reader = new ContentReader()) {
                CpioWriter writer = new CpioWriter(channel, reader);
                tree.forEach(writer::entry);
                writer.trailer();
                writer.flush();
            }
        });
    }

    /// The length of the archive, known before it is written so that the file has it from the beginning.
    static long size(FileTree tree) throws IOException {
        requireFiles(tree);
        long[] size = {aligned(HEADER_BYTES + TRAILER.length() + 1L)};
        tree.forEach((path, node) -> {
            long body = switch (node) {
                case Node.Directory _ -> 0;
                case Node.Symlink(String target) -> utf8(target).length;
                case Node.File(Content content, boolean _) -> content.size();
            };
            size[0] += aligned(HEADER_BYTES + utf8(path).length + 1L) + aligned(body);
        });
        return size[0];
    }

    /// Requires files that an archive can hold.
    ///
    /// @throws RefusedException as [#write] does
    public static void requireFiles(FileTree tree) throws IOException {
        requireNames(tree);
        tree.forEach((path, node) -> {
            if (node instanceof Node.File(Content content, boolean _) && content.size() > MAX_FILE_BYTES) {
                throw new ContentRefusal.TooLarge(path, MAX_FILE_BYTES).asException();
            }
        });
    }

    /// Requires names that an archive can hold.
    ///
    /// @throws RefusedException when something at the top is called as the end of an archive is
    public static void requireNames(FileTree tree) throws RefusedException {
        if (tree.find(TRAILER).isPresent()) {
            throw new ArchiveRefusal.Conflict(TRAILER, "would end the initrd in its middle; give it another name")
                    .asException();
        }
    }

    private void entry(String path, Node node) throws IOException {
        switch (node) {
            case Node.Directory _ -> header(path, TYPE_DIRECTORY | 0755, 2, 0);
            case Node.Symlink(String target) -> {
                byte[] body = utf8(target);
                header(path, TYPE_LINK | 0777, 1, body.length);
                put(body);
                align();
            }
            case Node.File(Content content, boolean executable) -> {
                header(path, TYPE_FILE | (executable ? 0755 : 0644), 1, content.size());
                content(content);
                align();
            }
        }
    }

    private void trailer() throws IOException {
        inode = -1;
        header(TRAILER, 0, 1, 0);
    }

    private void header(String path, int mode, int links, long size) throws IOException {
        byte[] name = utf8(path);
        long[] fields = {++inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name.length + 1L, 0};
        StringBuilder header = new StringBuilder(HEADER_BYTES).append(MAGIC);
        for (long field : fields) {
            header.append(HexFormat.of().toHexDigits(field, 8));
        }
        put(header.toString().getBytes(StandardCharsets.US_ASCII));
        put(name);
        put(new byte[1]);
        align();
    }

    private void content(Content content) throws IOException {
        for (long done = 0; done < content.size(); ) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            done += reader.read(content, done, buffer);
        }
    }

    private void align() throws IOException {
        long position = flushed + buffer.position();
        put(new byte[(int) (aligned(position) - position)]);
    }

    private void put(byte[] bytes) throws IOException {
        if (bytes.length > buffer.remaining()) {
            flush();
        }
        buffer.put(bytes);
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            flushed += channel.write(buffer, flushed);
        }
        buffer.clear();
    }

    static long aligned(long size) {
        return -Math.floorDiv(-size, ALIGNMENT) * ALIGNMENT;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
