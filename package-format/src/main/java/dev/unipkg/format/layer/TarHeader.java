package dev.unipkg.format.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes the canonical header of an entry: one block, or three and more where pax records are needed. The form is
/// specified in the description of this package.
final class TarHeader {

    static final int BLOCK = 512;

    /// The largest file: what 11 octal digits can say.
    static final long MAX_FILE_BYTES = (1L << 33) - 1;

    static final String PAX_NAME = "@PaxHeader";

    private static final int NAME_LENGTH = 100;
    private static final int PREFIX_LENGTH = 155;

    private TarHeader() {}

    /// A field of the header block; see POSIX, "ustar Header Block".
    enum Field {
        NAME(0, NAME_LENGTH),
        MODE(100, 8),
        UID(108, 8),
        GID(116, 8),
        SIZE(124, 12),
        MTIME(136, 12),
        CHKSUM(148, 8),
        TYPEFLAG(156, 1),
        LINKNAME(157, NAME_LENGTH),
        MAGIC(257, 6),
        VERSION(263, 2),
        UNAME(265, 32),
        GNAME(297, 32),
        DEVMAJOR(329, 8),
        DEVMINOR(337, 8),
        PREFIX(345, PREFIX_LENGTH),
        PADDING(500, 12);

        final int offset;
        final int length;

        Field(int offset, int length) {
            this.offset = offset;
            this.length = length;
        }

        /// The bytes of this field up to its first NUL.
        byte[] text(byte[] block) {
            int end = offset;
            while (end < offset + length && block[end] != 0) {
                end++;
            }
            return Arrays.copyOfRange(block, offset, end);
        }

        boolean sameIn(byte[] a, byte[] b) {
            return Arrays.equals(a, offset, offset + length, b, offset, offset + length);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// All blocks that precede the content of `entry`.
    static byte[] encode(LayerEntry entry) {
        boolean directory = entry.type() == LayerEntry.Type.DIRECTORY;
        byte[] path = utf8(directory ? entry.path() + "/" : entry.path());
        byte[] target = utf8(entry.linkTarget().orElse(""));
        int split = split(path);
        boolean paxTarget = target.length > NAME_LENGTH || !isAscii(target);
        ByteArrayOutputStream blocks = new ByteArrayOutputStream(BLOCK);
        if (split < 0 || paxTarget) {
            writePax(blocks, split < 0 ? path : null, paxTarget ? target : null);
        }
        byte[] block = new byte[BLOCK];
        if (split < 0) {
            put(block, Field.NAME, stand(path));
        } else {
            put(block, Field.NAME, Arrays.copyOfRange(path, split == 0 ? 0 : split + 1, path.length));
            put(block, Field.PREFIX, Arrays.copyOf(path, split));
        }
        put(block, Field.LINKNAME, paxTarget ? stand(target) : target);
        finish(block, mode(entry), entry.size(), typeFlag(entry.type()));
        blocks.writeBytes(block);
        return blocks.toByteArray();
    }

    static char typeFlag(LayerEntry.Type type) {
        return switch (type) {
            case DIRECTORY -> '5';
            case FILE -> '0';
            case SYMLINK -> '2';
        };
    }

    /// The sum of all bytes of the block with the checksum field taken as spaces.
    static int checksum(byte[] block) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean inField = i >= Field.CHKSUM.offset && i < Field.CHKSUM.offset + Field.CHKSUM.length;
            sum += inField ? ' ' : block[i] & 0xff;
        }
        return sum;
    }

    /// How many bytes fill up `size` bytes to whole blocks.
    static int padding(long size) {
        return (int) (-size & (BLOCK - 1));
    }

    private static int mode(LayerEntry entry) {
        return switch (entry.type()) {
            case DIRECTORY -> 0755;
            case FILE -> entry.executable() ? 0755 : 0644;
            case SYMLINK -> 0777;
        };
    }

    /// The index that splits a path into prefix and name: 0 if it needs no prefix, -1 if it does not fit.
    private static int split(byte[] path) {
        if (!isAscii(path)) {
            return -1;
        }
        if (path.length <= NAME_LENGTH) {
            return 0;
        }
        for (int i = path.length - NAME_LENGTH - 1; i < path.length - 1; i++) {
            if (path[i] == '/') {
                return i <= PREFIX_LENGTH ? i : -1;
            }
        }
        return -1;
    }

    private static void writePax(ByteArrayOutputStream blocks, byte @Nullable [] path, byte @Nullable [] target) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        if (target != null) {
            records.writeBytes(record("linkpath", target));
        }
        if (path != null) {
            records.writeBytes(record("path", path));
        }
        byte[] block = new byte[BLOCK];
        put(block, Field.NAME, utf8(PAX_NAME));
        finish(block, 0644, records.size(), 'x');
        blocks.writeBytes(block);
        blocks.writeBytes(records.toByteArray());
        blocks.writeBytes(new byte[padding(records.size())]);
    }

    /// `<length> <key>=<value>\n`, where the length counts itself.
    private static byte[] record(String key, byte[] value) {
        int rest = 1 + key.length() + 1 + value.length + 1;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        ByteArrayOutputStream record = new ByteArrayOutputStream(length);
        record.writeBytes(utf8(length + " " + key + "="));
        record.writeBytes(value);
        record.write('\n');
        return record.toByteArray();
    }

    private static void finish(byte[] block, int mode, long size, char typeFlag) {
        putOctal(block, Field.MODE, mode);
        putOctal(block, Field.UID, 0);
        putOctal(block, Field.GID, 0);
        putOctal(block, Field.SIZE, size);
        putOctal(block, Field.MTIME, 0);
        block[Field.TYPEFLAG.offset] = (byte) typeFlag;
        put(block, Field.MAGIC, utf8("ustar"));
        put(block, Field.VERSION, utf8("00"));
        putOctal(block, Field.DEVMAJOR, 0);
        putOctal(block, Field.DEVMINOR, 0);
        put(block, Field.CHKSUM, utf8(String.format(Locale.ROOT, "%06o\0 ", checksum(block))));
    }

    /// The placeholder for a field whose value is in a pax record.
    private static byte[] stand(byte[] value) {
        byte[] stand = Arrays.copyOf(value, Math.min(value.length, NAME_LENGTH));
        for (int i = 0; i < stand.length; i++) {
            byte b = stand[i];
            boolean plain = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
            stand[i] = plain || b == '.' || b == '-' ? b : (byte) '_';
        }
        return stand;
    }

    private static void put(byte[] block, Field field, byte[] value) {
        System.arraycopy(value, 0, block, field.offset, value.length);
    }

    private static void putOctal(byte[] block, Field field, long value) {
        for (int i = field.offset + field.length - 2; i >= field.offset; i--) {
            block[i] = (byte) ('0' + (value & 7));
            value >>= 3;
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
