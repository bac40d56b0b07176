package dev.unipkg.format.elf;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads ELF headers from untrusted bytes. Every offset and count is checked against the file and against a limit
/// before it is used.
final class ElfReader {

    private static final int CLASS_64 = 2;
    private static final int DATA_LITTLE_ENDIAN = 1;
    private static final int TYPE_EXECUTABLE = 2;
    private static final int TYPE_SHARED = 3;

    private static final int SEGMENT_INTERPRETER = 3;
    private static final int PROGRAM_HEADER_SIZE_BYTES = 56;

    private static final int MAX_PROGRAM_HEADERS = 1024;

    private final ElfBytes file;

    ElfReader(ElfBytes file) {
        this.file = file;
    }

    ElfFile read() throws IOException {
        ByteBuffer header = header();
        Arch arch = archOf(file.name(), header);
        int type = type(header);
        List<Segment> segments = segments(header);
        requireLoadable(segments);
        Optional<String> interpreter = interpreter(segments);
        DynamicSection dynamic = DynamicSection.read(file, segments);
        List<String> needed = dynamic.needed();
        return new ElfFile(
                arch,
                kind(type, interpreter, dynamic, needed),
                interpreter,
                needed,
                dynamic.soname(),
                dynamic.rpath(),
                dynamic.runpath());
    }

    Arch archOfLoadable() throws IOException {
        ByteBuffer header = header();
        Arch arch = archOf(file.name(), header);
        int unused = type(header);
        requireLoadable(segments(header));
        requireSections(header);
        return arch;
    }

    Arch archOfWhole() throws IOException {
        ByteBuffer header = header();
        Arch arch = archOf(file.name(), header);
        requireSections(header);
        return arch;
    }

    /// A loader maps these segments and nothing else, so a file that lacks a part of one can never run.
    private void requireLoadable(List<Segment> segments) throws RefusedException {
        boolean loadable = false;
        for (Segment segment : segments) {
            if (segment.type() != Segment.LOAD) {
                continue;
            }
            loadable = true;
            if (segment.offset() < 0 || segment.fileSize() < 0 || segment.fileSize() > file.size() - segment.offset()) {
                throw file.corrupt("a part that is to be loaded lies behind its end, at " + file.size()
                        + " bytes; it was cut off");
            }
        }
        if (!loadable) {
            throw file.corrupt("it has nothing to load");
        }
    }

    /// Linkers put the table of sections behind everything else, so a file that was cut off lacks some of it.
    private void requireSections(ByteBuffer header) throws RefusedException {
        long offset = header.getLong(40);
        long bytes = (long) Short.toUnsignedInt(header.getShort(58)) * Short.toUnsignedInt(header.getShort(60));
        if (offset < 0 || bytes > 0 && bytes > file.size() - offset) {
            throw file.corrupt("its section headers go on behind its end, at " + file.size() + " bytes");
        }
    }

    private ByteBuffer header() throws IOException {
        return file.at(0, (int) Math.min(file.size(), ElfFile.HEADER_SIZE_BYTES));
    }

    private int type(ByteBuffer header) throws RefusedException {
        int type = Short.toUnsignedInt(header.getShort(16));
        if (type != TYPE_EXECUTABLE && type != TYPE_SHARED) {
            throw file.corrupt("it is neither a program nor a library (ELF type " + type + ")");
        }
        return type;
    }

    static Arch archOf(String name, ByteBuffer header) throws RefusedException {
        if (header.limit() < ElfFile.HEADER_SIZE_BYTES || !ElfFile.isElf(firstFour(header))) {
            throw new ProgramRefusal.NotElf(name).asException();
        }
        if (header.get(4) != CLASS_64 || header.get(5) != DATA_LITTLE_ENDIAN) {
            throw new ProgramRefusal.ForeignElf(name, "a 32-bit or big-endian processor").asException();
        }
        int machine = Short.toUnsignedInt(header.order(ByteOrder.LITTLE_ENDIAN).getShort(18));
        Optional<Arch> arch = Arch.ofElfMachine(machine);
        if (arch.isEmpty()) {
            throw new ProgramRefusal.ForeignElf(name, "ELF machine " + machine).asException();
        }
        return arch.get();
    }

    private static byte[] firstFour(ByteBuffer header) {
        byte[] four = new byte[4];
        header.get(0, four);
        return four;
    }

    private static ElfFile.Kind kind(
            int type, Optional<String> interpreter, DynamicSection dynamic, List<String> needed) {
        if (interpreter.isPresent()) {
            return ElfFile.Kind.DYNAMIC;
        }
        if (type == TYPE_EXECUTABLE) {
            return ElfFile.Kind.STATIC;
        }
        // Before linkers wrote DF_1_PIE, a static-pie differed from a library only in needing nothing and
        // having no name; the flag is the sole reliable sign.
        return dynamic.isPie() && needed.isEmpty() ? ElfFile.Kind.STATIC_PIE : ElfFile.Kind.LIBRARY;
    }

    private List<Segment> segments(ByteBuffer header) throws IOException {
        long tableOffset = header.getLong(32);
        int entrySize = Short.toUnsignedInt(header.getShort(54));
        int count = Short.toUnsignedInt(header.getShort(56));
        if (count > MAX_PROGRAM_HEADERS) {
            throw file.corrupt("it has " + count + " program headers, more than " + MAX_PROGRAM_HEADERS);
        }
        if (count > 0 && entrySize != PROGRAM_HEADER_SIZE_BYTES) {
            throw file.corrupt(
                    "its program headers are " + entrySize + " bytes each, not " + PROGRAM_HEADER_SIZE_BYTES);
        }
        ByteBuffer table = file.at(tableOffset, count * PROGRAM_HEADER_SIZE_BYTES);
        List<Segment> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int start = i * PROGRAM_HEADER_SIZE_BYTES;
            segments.add(new Segment(
                    table.getInt(start),
                    table.getLong(start + 8),
                    table.getLong(start + 16),
                    table.getLong(start + 32)));
        }
        return segments;
    }

    private Optional<String> interpreter(List<Segment> segments) throws IOException {
        for (Segment segment : segments) {
            if (segment.type() == SEGMENT_INTERPRETER) {
                if (segment.fileSize() < 2 || segment.fileSize() > ElfBytes.MAX_STRING_BYTES) {
                    throw file.corrupt("its interpreter's name has " + segment.fileSize() + " bytes");
                }
                return Optional.of(
                        file.text(file.at(segment.offset(), (int) segment.fileSize()), "its interpreter's name"));
            }
        }
        return Optional.empty();
    }
}
