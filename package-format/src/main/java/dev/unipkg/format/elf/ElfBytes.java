package dev.unipkg.format.elf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes of an untrusted ELF file. Reads outside of them are refused.
///
/// @param name what to call the file in a refusal
/// @param size of the file, in bytes
record ElfBytes(String name, long size, Source source) {

    /// The longest name in a file.
    static final int MAX_STRING_BYTES = 4096;

    /// Reads bytes at a position.
    @FunctionalInterface
    interface Source {
        int read(ByteBuffer target, long position) throws IOException;
    }

    ByteBuffer at(long offset, int length) throws IOException {
        if (offset < 0 || offset > size || length > size - offset) {
            throw corrupt("a header points outside the file");
        }
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (source.read(buffer, offset + buffer.position()) < 0) {
                throw corrupt("it ends early");
            }
        }
        return buffer.flip();
    }

    /// The text at the beginning of the bytes, which ends with a NUL.
    String text(ByteBuffer buffer, String what) throws RefusedException {
        int length = 0;
        while (length < buffer.limit() && buffer.get(length) != 0) {
            length++;
        }
        if (length == buffer.limit()) {
            throw corrupt(what + " does not end within " + buffer.limit() + " bytes");
        }
        byte[] raw = new byte[length];
        buffer.get(0, raw);
        String text = new String(raw, UTF_8);
        // A file name may be any bytes on Linux; what UTF-8 cannot hold is kept byte for byte.
        return text.indexOf('\uFFFD') < 0 ? text : new String(raw, ISO_8859_1);
    }

    RefusedException corrupt(String reason) {
        return new ProgramRefusal.CorruptElf(name, reason).asException();
    }
}
