package dev.unipkg.format.layer;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The records of a pax extended header (POSIX, "pax Extended Header") for the entry behind it.
///
/// @param path of the entry, raw
/// @param linkPath the target of a link, raw
/// @param size in bytes, as written
record PaxRecords(Optional<byte[]> path, Optional<byte[]> linkPath, Optional<String> size) {

    static final PaxRecords NONE = new PaxRecords(Optional.empty(), Optional.empty(), Optional.empty());

    /// Reads the records in the first `length` bytes of `blocks`.
    ///
    /// @throws RefusedException when they are damaged, or when one has another key or comes twice
    static PaxRecords parse(byte[] blocks, int length) throws RefusedException {
        PaxRecords records = NONE;
        for (int at = 0; at < length; ) {
            int space = indexOf(blocks, (byte) ' ', at, length);
            int end = at + recordLength(blocks, at, space, length - at);
            int equals = indexOf(blocks, (byte) '=', space + 1, end);
            if (blocks[end - 1] != '\n' || equals == end - 1) {
                throw damaged();
            }
            String key = new String(blocks, space + 1, equals - space - 1, StandardCharsets.ISO_8859_1);
            records = records.with(key, Arrays.copyOfRange(blocks, equals + 1, end - 1));
            at = end;
        }
        return records;
    }

    private PaxRecords with(String key, byte[] value) throws RefusedException {
        boolean known = switch (key) {
            case "path" -> path.isEmpty();
            case "linkpath" -> linkPath.isEmpty();
            case "size" -> size.isEmpty();
            default -> false;
        };
        if (!known) {
            throw new ArchiveRefusal.NotCanonical(
                            TarHeader.PAX_NAME, "the pax record \"" + key + "\" has no place here, or comes twice")
                    .asException();
        }
        return switch (key) {
            case "path" -> new PaxRecords(Optional.of(value), linkPath, size);
            case "linkpath" -> new PaxRecords(path, Optional.of(value), size);
            default -> new PaxRecords(path, linkPath, Optional.of(new String(value, StandardCharsets.ISO_8859_1)));
        };
    }

    /// The decimal number before `space`, at least large enough for the record to hold its own frame.
    private static int recordLength(byte[] bytes, int from, int space, int most) throws RefusedException {
        int value = 0;
        for (int i = from; i < space; i++) {
            if (bytes[i] < '0' || bytes[i] > '9' || i - from > 8) {
                throw damaged();
            }
            value = value * 10 + (bytes[i] - '0');
        }
        if (value > most || value < space - from + 3) {
            throw damaged();
        }
        return value;
    }

    private static int indexOf(byte[] bytes, byte wanted, int from, int to) throws RefusedException {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw damaged();
    }

    private static RefusedException damaged() {
        return new ArchiveRefusal.Corrupt("the tar", "a pax header is not made of records").asException();
    }
}
