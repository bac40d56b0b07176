package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import java.util.Arrays;

/// Reads forward through bytes in memory; running off the end is a refusal.
final class Cursor {

    private static final int MAX_VARINT_BYTES = 10;

    private final byte[] bytes;
    private final int end;
    private final long origin;
    private int at;

    /// @param origin where the first byte lies, for messages
    Cursor(byte[] bytes, long origin) {
        this.bytes = bytes;
        this.end = bytes.length;
        this.origin = origin;
    }

    /// The position of the next byte.
    long position() {
        return origin + at;
    }

    boolean atEnd() {
        return at == end;
    }

    int u8() throws RefusedException {
        require(1);
        return bytes[at++] & 0xff;
    }

    /// A varint of at most 63 bits.
    long varint() throws RefusedException {
        long number = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = u8();
            if (number > Long.MAX_VALUE >> 7) {
                break;
            }
            number = number << 7 | next & 0x7f;
            if (next < 0x80) {
                return number;
            }
        }
        throw broken("has a varint of more than 63 bits");
    }

    /// A varint of at most 64 bits, to be taken as unsigned.
    long unsignedVarint() throws RefusedException {
        long number = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = u8();
            if (number >>> Long.SIZE - 7 != 0) {
                break;
            }
            number = number << 7 | next & 0x7f;
            if (next < 0x80) {
                return number;
            }
        }
        throw broken("has a varint of more than 64 bits");
    }

    String text(long length) throws RefusedException {
        require(length);
        String text = RawText.decode(bytes, at, (int) length);
        at += (int) length;
        return text;
    }

    byte[] take(long length) throws RefusedException {
        require(length);
        at += (int) length;
        return Arrays.copyOfRange(bytes, at - (int) length, at);
    }

    RefusedException broken(String detail) {
        return new ArchiveRefusal.Corrupt("the TFS log", "at byte " + position() + " it " + detail).asException();
    }

    private void require(long length) throws RefusedException {
        if (length > end - at) {
            throw broken("needs " + length + " more bytes, " + (end - at) + " are there");
        }
    }
}
