package dev.unipkg.format.elf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads ELF headers from bytes that nobody vouches for: every offset and count is checked against the file
/// and against a limit before it is followed.
final class ElfReader {

    /// Where the bytes are, by position.
    @FunctionalInterface
    interface Bytes {
        int read(ByteBuffer target, long position) throws IOException;
    }

    private static final int CLASS_64 = 2;
    private static final int DATA_LITTLE_ENDIAN = 1;
    private static final int TYPE_EXECUTABLE = 2;
    private static final int TYPE_SHARED = 3;

    private static final int SEGMENT_LOAD = 1;
    private static final int SEGMENT_DYNAMIC = 2;
    private static final int SEGMENT_INTERPRETER = 3;
    private static final int PROGRAM_HEADER_SIZE_BYTES = 56;
    private static final int DYNAMIC_ENTRY_SIZE_BYTES = 16;

    private static final long TAG_NULL = 0;
    private static final long TAG_NEEDED = 1;
    private static final long TAG_STRING_TABLE = 5;
    private static final long TAG_STRING_TABLE_SIZE = 10;
    private static final long TAG_SONAME = 14;
    private static final long TAG_RPATH = 15;
    private static final long TAG_RUNPATH = 29;
    private static final long TAG_FLAGS_1 = 0x6ffffffbL;
    private static final long FLAG_1_PIE = 0x08000000L;

    private static final int MAX_PROGRAM_HEADERS = 1024;
    private static final int MAX_DYNAMIC_ENTRIES = 16_384;
    private static final int MAX_NEEDED = 1024;
    private static final int MAX_STRING_BYTES = 4096;

    private record Segment(int type, long offset, long address, long fileSize) {}

    private record DynamicEntry(long tag, long value) {}

    private final String name;
    private final long size;
    private final Bytes bytes;

    ElfReader(String name, long size, Bytes bytes) {
        this.name = name;
        this.size = size;
        this.bytes = bytes;
    }

    ElfFile read() throws IOException {
        ByteBuffer header = header();
        Arch arch = archOf(name, header);
        int type = type(header);
        List<Segment> segments = segments(header);
        Optional<String> interpreter = interpreter(segments);
        List<DynamicEntry> dynamic = dynamic(segments);
        Strings strings = new Strings(segments, dynamic);
        if (dynamic.stream().filter(entry -> entry.tag == TAG_NEEDED).count() > MAX_NEEDED) {
            throw corrupt("it names more than " + MAX_NEEDED + " libraries");
        }
        List<String> needed = strings.all(TAG_NEEDED);
        return new ElfFile(
                arch,
                kind(type, interpreter, dynamic, needed),
                interpreter,
                needed,
                strings.first(TAG_SONAME),
                paths(strings.first(TAG_RPATH)),
                paths(strings.first(TAG_RUNPATH)));
    }

    Arch archOfLoadable() throws IOException {
        ByteBuffer header = header();
        Arch arch = archOf(name, header);
        int unused = type(header);
        boolean loadable = false;
        for (Segment segment : segments(header)) {
            if (segment.type != SEGMENT_LOAD) {
                continue;
            }
            loadable = true;
            if (segment.offset < 0 || segment.fileSize < 0 || segment.fileSize > size - segment.offset) {
                throw corrupt("what is to be loaded goes on behind its end, at " + size + " bytes");
            }
        }
        if (!loadable) {
            throw corrupt("it has nothing to load");
        }
        return arch;
    }

    private ByteBuffer header() throws IOException {
        return at(0, (int) Math.min(size, ElfFile.HEADER_SIZE_BYTES));
    }

    private int type(ByteBuffer header) throws RefusedException {
        int type = Short.toUnsignedInt(header.getShort(16));
        if (type != TYPE_EXECUTABLE && type != TYPE_SHARED) {
            throw corrupt("it is neither a program nor a library (ELF type " + type + ")");
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
            int type, Optional<String> interpreter, List<DynamicEntry> dynamic, List<String> needed) {
        if (interpreter.isPresent()) {
            return ElfFile.Kind.DYNAMIC;
        }
        if (type == TYPE_EXECUTABLE) {
            return ElfFile.Kind.STATIC;
        }
        // Before linkers wrote DF_1_PIE, a static-pie differed from a library only in needing nothing and
        // having no name; the flag is the sole reliable sign.
        boolean pie = dynamic.stream().anyMatch(e -> e.tag() == TAG_FLAGS_1 && (e.value() & FLAG_1_PIE) != 0);
        return pie && needed.isEmpty() ? ElfFile.Kind.STATIC_PIE : ElfFile.Kind.LIBRARY;
    }

    private List<Segment> segments(ByteBuffer header) throws IOException {
        long tableOffset = header.getLong(32);
        int entrySize = Short.toUnsignedInt(header.getShort(54));
        int count = Short.toUnsignedInt(header.getShort(56));
        if (count > MAX_PROGRAM_HEADERS) {
            throw corrupt("it has " + count + " program headers, more than " + MAX_PROGRAM_HEADERS);
        }
        if (count > 0 && entrySize != PROGRAM_HEADER_SIZE_BYTES) {
            throw corrupt("its program headers are " + entrySize + " bytes each, not " + PROGRAM_HEADER_SIZE_BYTES);
        }
        ByteBuffer table = at(tableOffset, count * PROGRAM_HEADER_SIZE_BYTES);
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
            if (segment.type == SEGMENT_INTERPRETER) {
                if (segment.fileSize < 2 || segment.fileSize > MAX_STRING_BYTES) {
                    throw corrupt("its interpreter's name has " + segment.fileSize + " bytes");
                }
                return Optional.of(text(at(segment.offset, (int) segment.fileSize), "its interpreter's name"));
            }
        }
        return Optional.empty();
    }

    private List<DynamicEntry> dynamic(List<Segment> segments) throws IOException {
        List<DynamicEntry> entries = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.type != SEGMENT_DYNAMIC) {
                continue;
            }
            long count = segment.fileSize / DYNAMIC_ENTRY_SIZE_BYTES;
            if (segment.fileSize < 0 || count > MAX_DYNAMIC_ENTRIES) {
                throw corrupt("its dynamic section has more than " + MAX_DYNAMIC_ENTRIES + " entries");
            }
            ByteBuffer table = at(segment.offset, (int) count * DYNAMIC_ENTRY_SIZE_BYTES);
            for (int i = 0; i < count; i++) {
                long tag = table.getLong(i * DYNAMIC_ENTRY_SIZE_BYTES);
                if (tag == TAG_NULL) {
                    break;
                }
                entries.add(new DynamicEntry(tag, table.getLong(i * DYNAMIC_ENTRY_SIZE_BYTES + 8)));
            }
            return entries;
        }
        return entries;
    }

    /// The strings that dynamic entries point at. The string table is given by address, so a loadable
    /// segment must hold it; files without entries that need it may lack it.
    private final class Strings {
        private final List<Segment> segments;
        private final List<DynamicEntry> dynamic;

        Strings(List<Segment> segments, List<DynamicEntry> dynamic) {
            this.segments = segments;
            this.dynamic = dynamic;
        }

        Optional<String> first(long tag) throws IOException {
            for (DynamicEntry entry : dynamic) {
                if (entry.tag == tag) {
                    return Optional.of(string(entry.value));
                }
            }
            return Optional.empty();
        }

        List<String> all(long tag) throws IOException {
            List<String> all = new ArrayList<>();
            for (DynamicEntry entry : dynamic) {
                if (entry.tag == tag) {
                    all.add(string(entry.value));
                }
            }
            return all;
        }

        private String string(long index) throws IOException {
            long tableSize = value(TAG_STRING_TABLE_SIZE);
            if (index < 0 || index >= tableSize) {
                throw corrupt("a name lies outside its string table");
            }
            long start = offsetOf(value(TAG_STRING_TABLE)) + index;
            if (start < 0 || start >= size) {
                throw corrupt("its string table lies outside the file");
            }
            long most = Math.min(Math.min(tableSize - index, size - start), MAX_STRING_BYTES);
            return text(at(start, (int) most), "a name in its string table");
        }

        private long value(long tag) throws RefusedException {
            for (DynamicEntry entry : dynamic) {
                if (entry.tag == tag) {
                    return entry.value;
                }
            }
            throw corrupt("it names libraries but has no string table");
        }

        private long offsetOf(long address) throws RefusedException {
            for (Segment segment : segments) {
                if (segment.type == SEGMENT_LOAD
                        && address >= segment.address
                        && address - segment.address < segment.fileSize) {
                    return segment.offset + (address - segment.address);
                }
            }
            throw corrupt("its string table is in no loadable segment");
        }
    }

    private String text(ByteBuffer buffer, String what) throws RefusedException {
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

    private static List<String> paths(Optional<String> joined) {
        List<String> paths = new ArrayList<>();
        for (String path : joined.orElse("").split(":", -1)) {
            if (!path.isEmpty()) {
                paths.add(path);
            }
        }
        return paths;
    }

    private ByteBuffer at(long offset, int length) throws IOException {
        if (offset < 0 || offset > size || length > size - offset) {
            throw corrupt("a header points outside the file");
        }
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (bytes.read(buffer, offset + buffer.position()) < 0) {
                throw corrupt("it ends early");
            }
        }
        return buffer.flip();
    }

    private RefusedException corrupt(String reason) {
        return new ProgramRefusal.CorruptElf(name, reason).asException();
    }
}
