package dev.unipkg.kernels.initrd;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreeLimits;
import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads a newc cpio archive, ours or another tool's, as a tree. The format is specified in the description
/// of this package.
public final class CpioReader {

    private static final String WHAT = "the initrd";

    private static final int FIELDS = 13;
    private static final int MODE = 1;
    private static final int LINKS = 4;
    private static final int SIZE = 6;
    private static final int NAME_SIZE = 11;
    private static final int REST_BYTES = 64 << 10;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final TreeLimits limits;
    private final FileTree.Builder tree;

    /// The paths seen, and whether each is a directory.
    private final Map<String, Boolean> directories = new HashMap<>();

    private long position;
    private int entries;
    private long bytes;

    private CpioReader(Path file, FileChannel channel, TreeLimits limits) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
        this.limits = limits;
        this.tree = FileTree.builder(limits);
    }

    /// Reads the headers of the archive at `file`; contents stay in it as regions. Links may lead anywhere,
    /// as they mean something only to the guest.
    ///
    /// @throws RefusedException when it is no newc archive, is cut off or goes on behind its end, holds devices,
    ///     hard links, a path twice or below a file, or paths outside the grammar of a tree, or is over the limits
    public static FileTree read(Path file, TreeLimits limits) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            CpioReader reader = new CpioReader(file, channel, limits);
            while (reader.entry()) {
                // Every entry has put itself into the tree.
            }
            reader.requireEnd();
            // Directories that only paths imply were not counted yet.
            return reader.tree.buildOrRefuse();
        }
    }

    private boolean entry() throws IOException {
        long[] fields = header();
        String path = name(fields[NAME_SIZE]);
        if (path.equals(CpioWriter.TRAILER)) {
            if (fields[MODE] != 0 || fields[SIZE] != 0) {
                throw corrupt("an entry with the name of the trailer that is none");
            }
            return false;
        }
        long start = position;
        long length = fields[SIZE];
        skip(CpioWriter.aligned(length));
        if (!path.equals(".")) {
            requireRoom(path, length);
            Node node = node(path, fields, start);
            requirePlace(path, node instanceof Node.Directory);
            tree.put(path, node);
        }
        return true;
    }

    /// A kernel lets a later entry win, and what it does with one below a file is its own affair.
    private void requirePlace(String path, boolean directory) throws RefusedException {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (Boolean.FALSE.equals(directories.get(parent))) {
                throw new ArchiveRefusal.Conflict(parent, "is no directory, and " + path + " is below it")
                        .asException();
            }
        }
        Boolean earlier = directories.put(path, directory);
        if (earlier != null && !(earlier && directory)) {
            throw new ArchiveRefusal.DuplicateEntry(path).asException();
        }
    }

    /// A kernel reads on behind the trailer: what follows could replace everything that was seen.
    private void requireEnd() throws IOException {
        while (position < size) {
            byte[] rest = bytesAt(position, (int) Math.min(REST_BYTES, size - position));
            for (byte each : rest) {
                if (each != 0) {
                    throw new ArchiveRefusal.TrailingBytes(WHAT).asException();
                }
            }
            position += rest.length;
        }
    }

    private Node node(String path, long[] fields, long start) throws IOException {
        long length = fields[SIZE];
        return switch ((int) fields[MODE] & CpioWriter.TYPE_MASK) {
            case CpioWriter.TYPE_DIRECTORY -> Node.Directory.EMPTY;
            case CpioWriter.TYPE_LINK -> new Node.Symlink(target(path, start, length));
            case CpioWriter.TYPE_FILE -> {
                if (fields[LINKS] > 1) {
                    throw new ArchiveRefusal.HardLink(path).asException();
                }
                yield new Node.File(new Content.Region(file, start, length), (fields[MODE] & 0100) != 0);
            }
            default -> throw new ArchiveRefusal.Device(path, "device, socket or named pipe").asException();
        };
    }

    private String target(String path, long start, long length) throws IOException {
        if (length > limits.linkLength()) {
            throw new ArchiveRefusal.LinkTooLong(path, limits.linkLength()).asException();
        }
        String target = text(bytesAt(start, (int) length));
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw new ArchiveRefusal.Corrupt(WHAT, "the target of the link " + path + " is no path").asException();
        }
        return target;
    }

    private void requireRoom(String path, long length) throws RefusedException {
        bytes += length;
        if (++entries > limits.entries()) {
            throw new ArchiveRefusal.TooManyEntries(limits.entries()).asException();
        }
        if (bytes > limits.bytes()) {
            throw new ContentRefusal.TooLarge(WHAT, limits.bytes()).asException();
        }
        if (path.chars().filter(c -> c == '/').count() >= limits.depth()) {
            throw new ArchiveRefusal.PathTooDeep(path, limits.depth()).asException();
        }
    }

    private long[] header() throws IOException {
        byte[] header = bytesAt(position, CpioWriter.HEADER_BYTES);
        String digits = new String(header, StandardCharsets.ISO_8859_1);
        if (!digits.startsWith(CpioWriter.MAGIC)) {
            throw corrupt("no header of a newc cpio archive");
        }
        position += CpioWriter.HEADER_BYTES;
        long[] fields = new long[FIELDS];
        for (int i = 0; i < FIELDS; i++) {
            int at = CpioWriter.MAGIC.length() + 8 * i;
            for (int digit = at; digit < at + 8; digit++) {
                int value = Character.digit(header[digit], 16);
                if (value < 0) {
                    throw corrupt("a number that is not hexadecimal");
                }
                fields[i] = fields[i] << 4 | value;
            }
        }
        return fields;
    }

    private String name(long length) throws IOException {
        if (length < 2 || length > limits.pathLength() + 3L) {
            throw new ArchiveRefusal.PathTooLong("(of " + length + " bytes)", limits.pathLength()).asException();
        }
        byte[] raw = bytesAt(position, (int) length);
        skip(CpioWriter.aligned(position + length) - position);
        if (raw[raw.length - 1] != 0) {
            throw corrupt("a path without its NUL");
        }
        String path = text(Arrays.copyOf(raw, raw.length - 1));
        String relative = path.startsWith("./") ? path.substring(2) : path;
        if (raw.length - 1 - (path.length() - relative.length()) > limits.pathLength()) {
            throw new ArchiveRefusal.PathTooLong(relative, limits.pathLength()).asException();
        }
        Optional<ArchiveRefusal> broken = relative.equals(".") ? Optional.empty() : TreePath.refusal(relative);
        if (broken.isPresent()) {
            throw broken.get().asException();
        }
        return relative;
    }

    private String text(byte[] utf8) throws RefusedException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(
                    new ArchiveRefusal.PathNotUtf8(new String(utf8, StandardCharsets.ISO_8859_1)), e);
        }
    }

    private byte[] bytesAt(long offset, int length) throws IOException {
        if (length > size - offset) {
            throw new ArchiveRefusal.Truncated(WHAT).asException();
        }
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new ArchiveRefusal.Truncated(WHAT).asException();
            }
        }
        return buffer.array();
    }

    private void skip(long length) throws IOException {
        if (length > size - position) {
            throw new ArchiveRefusal.Truncated(WHAT).asException();
        }
        position += length;
    }

    private RefusedException corrupt(String detail) {
        return new ArchiveRefusal.Corrupt(WHAT, detail + " at byte " + position).asException();
    }
}
