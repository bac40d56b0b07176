package dev.unipkg.format.elf;

import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The dynamic section of an ELF file (System V gABI 4.1, "Dynamic Section"): tags and values, many of them offsets
/// into a string table. The table is given by address, so a loadable segment must hold it; files without entries that
/// need it may lack it.
///
/// @param segments of the file
record DynamicSection(ElfBytes file, List<Segment> segments, List<Entry> entries) {

    private static final int ENTRY_SIZE_BYTES = 16;

    private static final long TAG_NULL = 0;
    private static final long TAG_NEEDED = 1;
    private static final long TAG_STRING_TABLE = 5;
    private static final long TAG_STRING_TABLE_SIZE = 10;
    private static final long TAG_SONAME = 14;
    private static final long TAG_RPATH = 15;
    private static final long TAG_RUNPATH = 29;
    private static final long TAG_FLAGS_1 = 0x6ffffffbL;
    private static final long FLAG_1_PIE = 0x08000000L;

    private static final int MAX_ENTRIES = 16_384;
    private static final int MAX_NEEDED = 1024;

    record Entry(long tag, long value) {}

    DynamicSection {
        segments = List.copyOf(segments);
        entries = List.copyOf(entries);
    }

    /// Reads the first one; one without entries where there is none.
    static DynamicSection read(ElfBytes file, List<Segment> segments) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.type() != Segment.DYNAMIC) {
                continue;
            }
            long count = segment.fileSize() / ENTRY_SIZE_BYTES;
            if (segment.fileSize() < 0 || count > MAX_ENTRIES) {
                throw file.corrupt("its dynamic section has more than " + MAX_ENTRIES + " entries");
            }
            ByteBuffer table = file.at(segment.offset(), (int) count * ENTRY_SIZE_BYTES);
            for (int i = 0; i < count; i++) {
                long tag = table.getLong(i * ENTRY_SIZE_BYTES);
                if (tag == TAG_NULL) {
                    break;
                }
                entries.add(new Entry(tag, table.getLong(i * ENTRY_SIZE_BYTES + 8)));
            }
            return new DynamicSection(file, segments, entries);
        }
        return new DynamicSection(file, segments, entries);
    }

    /// The libraries that it names, in order.
    List<String> needed() throws IOException {
        List<String> needed = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.tag == TAG_NEEDED) {
                if (needed.size() == MAX_NEEDED) {
                    throw file.corrupt("it names more than " + MAX_NEEDED + " libraries");
                }
                needed.add(string(entry.value));
            }
        }
        return needed;
    }

    Optional<String> soname() throws IOException {
        return first(TAG_SONAME);
    }

    List<String> rpath() throws IOException {
        return paths(first(TAG_RPATH));
    }

    List<String> runpath() throws IOException {
        return paths(first(TAG_RUNPATH));
    }

    /// Whether it says that it is a program at any address.
    boolean isPie() {
        return entries.stream().anyMatch(entry -> entry.tag == TAG_FLAGS_1 && (entry.value & FLAG_1_PIE) != 0);
    }

    private Optional<String> first(long tag) throws IOException {
        for (Entry entry : entries) {
            if (entry.tag == tag) {
                return Optional.of(string(entry.value));
            }
        }
        return Optional.empty();
    }

    private String string(long index) throws IOException {
        long tableSize = value(TAG_STRING_TABLE_SIZE);
        if (index < 0 || index >= tableSize) {
            throw file.corrupt("a name lies outside its string table");
        }
        long start = offsetOf(value(TAG_STRING_TABLE)) + index;
        if (start < 0 || start >= file.size()) {
            throw file.corrupt("its string table lies outside the file");
        }
        long most = Math.min(Math.min(tableSize - index, file.size() - start), ElfBytes.MAX_STRING_BYTES);
        return file.text(file.at(start, (int) most), "a name in its string table");
    }

    private long value(long tag) throws RefusedException {
        for (Entry entry : entries) {
            if (entry.tag == tag) {
                return entry.value;
            }
        }
        throw file.corrupt("it names libraries but has no string table");
    }

    private long offsetOf(long address) throws RefusedException {
        for (Segment segment : segments) {
            if (segment.type() == Segment.LOAD
                    && address >= segment.address()
                    && address - segment.address() < segment.fileSize()) {
                return segment.offset() + (address - segment.address());
            }
        }
        throw file.corrupt("its string table is in no loadable segment");
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
}
