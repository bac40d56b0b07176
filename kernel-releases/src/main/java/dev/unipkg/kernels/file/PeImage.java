package dev.unipkg.kernels.file;

import dev.unipkg.format.Arch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The headers that firmware reads when it loads a PE image (Microsoft's PE format, "MS-DOS Stub", "COFF File Header"
/// and "Section Table"). The stub, at the beginning of the file, points at the rest of the headers.
final class PeImage {

    private static final int OFFSET_AT = 0x3c;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int SECTION_BYTES = 40;

    private final FileHead file;
    private final ByteBuffer head;
    private final int offset;

    PeImage(FileHead file) {
        this.file = file;
        this.head = ByteBuffer.wrap(file.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        this.offset = head.limit() < OFFSET_AT + Integer.BYTES ? -1 : head.getInt(OFFSET_AT);
    }

    /// Whether it is such an image, for the architecture.
    boolean isFor(Arch arch) {
        int machine = switch (arch) {
            case X86_64 -> 0x8664;
            case ARM64 -> 0xaa64;
            case RISCV64 -> 0x5064;
        };
        return file.has(0, 'M', 'Z')
                && offset > 0
                && offset < head.limit() - FILE_HEADER_BYTES
                && file.has(offset, 'P', 'E', 0, 0, machine & 0xff, machine >> 8);
    }

    /// Whether every loaded byte is within the file. Firmware reads at most a section's size in memory.
    boolean isWhole() {
        int sections = Short.toUnsignedInt(head.getShort(offset + 6));
        long at = offset + FILE_HEADER_BYTES + (long) Short.toUnsignedInt(head.getShort(offset + 20));
        if (at + (long) sections * SECTION_BYTES > head.limit()) {
            return false;
        }
        for (int i = 0; i < sections; i++) {
            int section = (int) at + i * SECTION_BYTES;
            long inMemory = Integer.toUnsignedLong(head.getInt(section + 8));
            long inFile = Integer.toUnsignedLong(head.getInt(section + 16));
            long read = inMemory == 0 ? inFile : Math.min(inMemory, inFile);
            if (Integer.toUnsignedLong(head.getInt(section + 20)) + read > file.size()) {
                return false;
            }
        }
        return true;
    }
}
