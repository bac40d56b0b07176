package dev.unipkg.format.elf;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// The headers of a 64-bit little-endian ELF file that matter for starting it (System V gABI 4.1, chapters "Object
/// Files" and "Program Loading and Dynamic Linking"). Only headers are read; nothing is run.
///
/// @param arch the processor it is for
/// @param kind program or library
/// @param interpreter the dynamic linker it asks for (`PT_INTERP`); empty for static programs and most libraries
/// @param needed the libraries it names (`DT_NEEDED`), in order
/// @param soname the name it goes by as a library (`DT_SONAME`)
/// @param rpath `DT_RPATH`, split at colons, dynamic string tokens unexpanded
/// @param runpath `DT_RUNPATH`, split at colons, dynamic string tokens unexpanded
public record ElfFile(
        Arch arch,
        Kind kind,
        Optional<String> interpreter,
        List<String> needed,
        Optional<String> soname,
        List<String> rpath,
        List<String> runpath) {

    /// How a file is linked.
    public enum Kind {
        /// Runs at the addresses it was linked for, without a dynamic linker.
        STATIC,
        /// Runs at any address, without a dynamic linker (`static-pie`).
        STATIC_PIE,
        /// Needs its interpreter; position-independent or not.
        DYNAMIC,
        /// A shared library.
        LIBRARY
    }

    /// The first bytes that say what a file is and for which processor.
    public static final int HEADER_SIZE_BYTES = 64;

    public ElfFile {
        needed = List.copyOf(needed);
        rpath = List.copyOf(rpath);
        runpath = List.copyOf(runpath);
    }

    /// Reads the headers of the file at `path`.
    ///
    /// @throws RefusedException when it is no ELF file of ours, or its headers contradict themselves
    public static ElfFile read(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new ElfReader(new ElfBytes(path.toString(), channel.size(), channel::read)).read();
        }
    }

    /// Reads the headers of an ELF file held in memory.
    ///
    /// @param name what to call it in a refusal
    /// @throws RefusedException when it is no ELF file of ours, or its headers contradict themselves
    public static ElfFile read(String name, byte[] bytes) throws IOException {
        return reader(name, bytes.length, bytes).read();
    }

    /// Reads the headers of an ELF file in a tree. Only what they point at is read, wherever it lies, so a program
    /// of any size costs a few kilobytes.
    ///
    /// @param name what to call it in a refusal
    /// @throws RefusedException when it is no ELF file of ours, or its headers contradict themselves
    public static ElfFile read(String name, Content content) throws IOException {
        return switch (content) {
            case Content.Bytes(byte[] bytes) -> read(name, bytes);
            case Content.Region(Path file, long offset, long size) -> {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    ElfBytes.Source source = (target, position) -> channel.read(target, offset + position);
                    yield new ElfReader(new ElfBytes(name, size, source)).read();
                }
            }
        };
    }

    /// Whether `head`, the first bytes of a file, begins an ELF file of any kind.
    public static boolean isElf(byte[] head) {
        return head.length >= 4 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F';
    }

    /// The processor that the first [#HEADER_SIZE_BYTES] bytes of an ELF file name.
    ///
    /// @param name what to call it in a refusal
    /// @throws RefusedException when they are not the header of an ELF file of ours
    public static Arch archOf(String name, byte[] head) throws RefusedException {
        return ElfReader.archOf(name, ByteBuffer.wrap(head));
    }

    /// The processor of an ELF file of any kind, all of which is there as far as its section headers tell: of a module
    /// that is not linked, say.
    ///
    /// @param name what to call it in a refusal
    /// @param head the first bytes of the file
    /// @param size of the whole file, in bytes
    /// @throws RefusedException when it is no ELF file of ours, or is cut off
    public static Arch archOfWhole(String name, byte[] head, long size) throws IOException {
        return reader(name, size, head).archOfWhole();
    }

    /// The processor of a program or library. Requires at least one loadable segment and all of them within the file,
    /// as a boot loader or a kernel that loads modules does.
    ///
    /// @param name what to call it in a refusal
    /// @param head the first bytes of the file; its program headers are among them
    /// @param size of the whole file, in bytes
    /// @throws RefusedException when it is no ELF file of ours, is neither program nor library, or is cut off
    public static Arch archOfLoadable(String name, byte[] head, long size) throws IOException {
        return reader(name, size, head).archOfLoadable();
    }

    /// Whether it starts without a dynamic linker.
    public boolean isStatic() {
        return kind == Kind.STATIC || kind == Kind.STATIC_PIE;
    }

    private static ElfReader reader(String name, long size, byte[] bytes) {
        return new ElfReader(new ElfBytes(name, size, (target, position) -> copy(bytes, target, position)));
    }

    private static int copy(byte[] bytes, ByteBuffer target, long position) {
        if (position >= bytes.length) {
            return -1;
        }
        int length = Math.min(target.remaining(), bytes.length - (int) position);
        target.put(bytes, (int) position, length);
        return length;
    }
}
