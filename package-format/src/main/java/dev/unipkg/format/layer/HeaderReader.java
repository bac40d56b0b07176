package dev.unipkg.format.layer;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.layer.LayerEntry.Type;
import dev.unipkg.format.layer.TarHeader.Field;
import dev.unipkg.format.tree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Understands the header blocks of one entry, and refuses them unless our writer would write the same.
///
/// @param limits of paths, targets and sizes
record HeaderReader(Limits limits) {

    /// Reads the header of an entry: what it says is understood first, so that a refusal can name what is wrong, and
    /// then written again and compared byte for byte, so that nothing is overlooked.
    ///
    /// @param firstBlock already read from `source`, which holds the blocks after it
    LayerEntry read(byte[] firstBlock, TarSource source) throws IOException {
        requireChecksum(firstBlock);
        PaxRecords pax = PaxRecords.NONE;
        byte[] last = firstBlock;
        byte[] header = firstBlock;
        if (firstBlock[Field.TYPEFLAG.offset] == 'x') {
            byte[] records = paxBlocks(firstBlock, source);
            pax = PaxRecords.parse(records, (int) octal(firstBlock, Field.SIZE, TarHeader.PAX_NAME));
            last = new byte[TarHeader.BLOCK];
            source.read(last, last.length);
            requireChecksum(last);
            header = concat(firstBlock, records, last);
        }
        LayerEntry entry = understand(last, pax);
        requireCanonical(entry, header);
        return entry;
    }

    /// The records of a pax header with their padding.
    private byte[] paxBlocks(byte[] header, TarSource source) throws IOException {
        long size = octal(header, Field.SIZE, TarHeader.PAX_NAME);
        // Two records of the longest values, and the words around them.
        long most = 64L + limits.pathLength() + limits.linkLength();
        if (size > most) {
            throw new ArchiveRefusal.PathTooLong("(in a pax header)", limits.pathLength()).asException();
        }
        byte[] records = new byte[(int) size + TarHeader.padding(size)];
        source.read(records, records.length);
        return records;
    }

    private LayerEntry understand(byte[] block, PaxRecords pax) throws RefusedException {
        byte[] rawPath = pax.path().orElseGet(() -> headerPath(block));
        String path = path(rawPath);
        long size = octal(block, Field.SIZE, path);
        if (pax.size().isPresent()) {
            throw new ArchiveRefusal.SizesDisagree(path, size, pax.size().get()).asException();
        }
        Type type = type(block[Field.TYPEFLAG.offset], path);
        return switch (type) {
            case DIRECTORY -> LayerEntry.directory(path);
            case FILE -> {
                if (size > limits.bytes()) {
                    throw new ArchiveRefusal.UnpacksTooLarge(limits.bytes()).asException();
                }
                yield LayerEntry.file(path, size, (octal(block, Field.MODE, path) & 0100) != 0);
            }
            case SYMLINK ->
                LayerEntry.symlink(path, target(path, pax.linkPath().orElseGet(() -> Field.LINKNAME.text(block))));
        };
    }

    private static byte[] headerPath(byte[] block) {
        byte[] prefix = Field.PREFIX.text(block);
        byte[] name = Field.NAME.text(block);
        return prefix.length == 0 ? name : concat(prefix, new byte[] {'/'}, name);
    }

    private String path(byte[] raw) throws RefusedException {
        // A directory's path ends with a slash; whether it should is seen when the header is compared.
        boolean slash = raw.length > 1 && raw[raw.length - 1] == '/';
        String path = text(slash ? Arrays.copyOf(raw, raw.length - 1) : raw);
        if (raw.length - (slash ? 1 : 0) > limits.pathLength()) {
            throw new ArchiveRefusal.PathTooLong(path, limits.pathLength()).asException();
        }
        Optional<ArchiveRefusal> broken = TreePath.refusal(path);
        if (broken.isPresent()) {
            throw broken.get().asException();
        }
        if (path.chars().filter(c -> c == '/').count() >= limits.depth()) {
            throw new ArchiveRefusal.PathTooDeep(path, limits.depth()).asException();
        }
        return path;
    }

    private String target(String path, byte[] raw) throws RefusedException {
        if (raw.length > limits.linkLength()) {
            throw new ArchiveRefusal.LinkTooLong(path, limits.linkLength()).asException();
        }
        String target = text(raw);
        if (target.isEmpty()) {
            throw new ArchiveRefusal.NotCanonical(path, "a link without a target").asException();
        }
        if (target.startsWith("/")) {
            throw new ArchiveRefusal.LinkLeavesRoot(path, target).asException();
        }
        return target;
    }

    private static Type type(byte flag, String path) throws RefusedException {
        Refusal refusal = switch (flag) {
            case '0', '2', '5' -> null;
            case '1' -> new ArchiveRefusal.HardLink(path);
            case '3' -> new ArchiveRefusal.Device(path, "character device");
            case '4' -> new ArchiveRefusal.Device(path, "block device");
            case '6' -> new ArchiveRefusal.Device(path, "named pipe");
            case 'S' -> new ArchiveRefusal.UnknownEntry(path, "sparse file");
            case 'g' -> new ArchiveRefusal.UnknownEntry(path, "global pax header");
            case 'L', 'K' -> new ArchiveRefusal.UnknownEntry(path, "GNU long name");
            default -> new ArchiveRefusal.UnknownEntry(path, Character.toString(flag & 0xff));
        };
        if (refusal != null) {
            throw refusal.asException();
        }
        return flag == '0' ? Type.FILE : flag == '2' ? Type.SYMLINK : Type.DIRECTORY;
    }

    private static void requireCanonical(LayerEntry entry, byte[] header) throws RefusedException {
        String problem = EntryRules.problem(entry);
        byte[] expected = TarHeader.encode(entry);
        if (problem == null && !Arrays.equals(header, expected)) {
            problem = difference(header, expected);
        }
        if (problem != null) {
            throw new ArchiveRefusal.NotCanonical(entry.path(), problem).asException();
        }
    }

    private static String difference(byte[] header, byte[] expected) {
        if (header.length != expected.length) {
            return header.length > expected.length ? "a pax header that it does not need" : "a pax header is missing";
        }
        for (int start = 0; start < header.length; start += TarHeader.BLOCK) {
            byte[] a = Arrays.copyOfRange(header, start, start + TarHeader.BLOCK);
            byte[] b = Arrays.copyOfRange(expected, start, start + TarHeader.BLOCK);
            for (Field field : Field.values()) {
                // The checksum follows from the others, so it is never what is wrong.
                if (field != Field.CHKSUM && !field.sameIn(a, b)) {
                    return "its field " + field + " is " + shown(field.text(a)) + ", expected " + shown(field.text(b));
                }
            }
        }
        return "its field chksum is written in another way";
    }

    private static String shown(byte[] value) {
        return "\"" + new String(value, StandardCharsets.ISO_8859_1).replaceAll("[^\\x20-\\x7e]", "?") + "\"";
    }

    private static void requireChecksum(byte[] block) throws RefusedException {
        long stated;
        try {
            stated = octal(block, Field.CHKSUM, "");
        } catch (RefusedException e) {
            stated = -1;
        }
        if (stated != TarHeader.checksum(block)) {
            throw new ArchiveRefusal.Corrupt("the tar", "the checksum of a header is wrong").asException();
        }
    }

    /// A number in octal digits, which may have spaces or NUL behind them.
    private static long octal(byte[] block, Field field, String path) throws RefusedException {
        byte[] digits = new String(field.text(block), StandardCharsets.ISO_8859_1)
                .stripTrailing()
                .getBytes(StandardCharsets.ISO_8859_1);
        long value = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '7') {
                throw new ArchiveRefusal.NotCanonical(
                                path, "its field " + field + " is " + shown(digits) + ", expected an octal number")
                        .asException();
            }
            value = value * 8 + (digit - '0');
        }
        return value;
    }

    private static String text(byte[] utf8) throws RefusedException {
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

    private static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
