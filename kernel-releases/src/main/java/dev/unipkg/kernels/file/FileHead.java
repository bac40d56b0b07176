package dev.unipkg.kernels.file;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.elf.ElfFile;
import dev.unipkg.format.tree.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;

/// How a file of a kernel release begins: enough to tell what it is, wherever the file lies.
///
/// @param title the file's, in the release
/// @param size of the whole file, in bytes
/// @param bytes its first [#BYTES] bytes, or all of a shorter one
@SuppressWarnings("ArrayRecordComponent") // read and thrown away, never compared
public record FileHead(String title, long size, byte[] bytes) {

    /// Four pages: boot records, boot headers of kernels and ELF headers lie within the first.
    public static final int BYTES = 16 << 10;

    /// Reads the head of a file's content.
    public static FileHead of(String title, Content content) throws IOException {
        try (InputStream in = content.open()) {
            return new FileHead(title, content.size(), in.readNBytes(BYTES));
        }
    }

    /// Whether these bytes are at that place.
    public boolean has(int at, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (at + i >= bytes.length || bytes[at + i] != (byte) magic[i]) {
                return false;
            }
        }
        return true;
    }

    /// The architecture of a program or library that can be loaded.
    ///
    /// @param release whose file it is, for messages
    /// @throws RefusedException when it is none
    public Arch loadableArch(String release) throws IOException {
        requireElf(release);
        return ElfFile.archOfLoadable(release + "/" + title, bytes, size);
    }

    /// The architecture of any ELF file: a program, or a module that is not linked.
    ///
    /// @param release whose file it is, for messages
    /// @throws RefusedException when it is none, or cut off
    public Arch elfArch(String release) throws IOException {
        requireElf(release);
        return ElfFile.archOfWhole(release + "/" + title, bytes, size);
    }

    /// Requires a UEFI application: a PE image, all of whose sections are there.
    ///
    /// @param release whose file it is, for messages
    /// @throws RefusedException when it is none for this architecture, or cut off
    public void requireUefi(String release, Arch arch) throws RefusedException {
        PeImage image = new PeImage(this);
        if (!image.isFor(arch)) {
            throw corrupt(
                    release,
                    "a UEFI application for " + arch + ": a PE image, which starts with 4d5a, for its machine");
        }
        if (!image.isWhole()) {
            throw corrupt(release, "all sections that its header tells of");
        }
    }

    /// Requires that the file is for the architecture that its release is for.
    public void requireArch(String release, Arch expected, Arch actual) throws RefusedException {
        if (actual != expected) {
            throw new ProgramRefusal.OtherArch(release + "/" + title, expected, actual.toString()).asException();
        }
    }

    /// The refusal of a file that is not what its title says.
    public RefusedException corrupt(String release, String expected) {
        String start = HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, 4)));
        return new ProgramRefusal.CorruptKernel(
                        release,
                        title + " is " + size + " bytes" + (start.isEmpty() ? "" : " that start with " + start)
                                + ", expected " + expected)
                .asException();
    }

    private void requireElf(String release) throws RefusedException {
        if (!ElfFile.isElf(bytes)) {
            throw corrupt(release, "an ELF file, which starts with 7f454c46");
        }
    }
}
