package dev.unipkg.format.elf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.Arch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes ELF files that consist of headers only, for tests that need many small libraries.
public final class TinyElf {

    private final Arch arch;
    private int type = 3;
    private @Nullable String interpreter;
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final List<long[]> dynamic = new ArrayList<>();

    private TinyElf(Arch arch) {
        this.arch = arch;
        strings.write(0);
    }

    public static TinyElf library(Arch arch) {
        return new TinyElf(arch);
    }

    public static TinyElf program(Arch arch, String interpreter) {
        TinyElf elf = new TinyElf(arch);
        elf.interpreter = interpreter;
        return elf;
    }

    public static TinyElf staticProgram(Arch arch) {
        TinyElf elf = new TinyElf(arch);
        elf.type = 2;
        return elf;
    }

    public TinyElf needs(String... names) {
        for (String name : names) {
            dynamic.add(new long[] {1, string(name)});
        }
        return this;
    }

    public TinyElf soname(String name) {
        dynamic.add(new long[] {14, string(name)});
        return this;
    }

    public TinyElf rpath(String path) {
        dynamic.add(new long[] {15, string(path)});
        return this;
    }

    public TinyElf runpath(String path) {
        dynamic.add(new long[] {29, string(path)});
        return this;
    }

    public TinyElf pie() {
        dynamic.add(new long[] {0x6ffffffbL, 0x08000000L});
        return this;
    }

    public void at(Path root, String path) {
        try {
            Path file = root.resolve(path.substring(1));
            Files.createDirectories(file.getParent());
            Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes() {
        int headers = interpreter == null ? 2 : 3;
        int interpreterAt = 64 + headers * 56;
        byte[] interpreterBytes = interpreter == null ? new byte[0] : (interpreter + "\0").getBytes(UTF_8);
        int dynamicAt = interpreterAt + interpreterBytes.length;
        int dynamicSize = (dynamic.size() + 3) * 16;
        int stringsAt = dynamicAt + dynamicSize;
        int size = stringsAt + strings.size();
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        out.putShort((short) type).putShort((short) arch.elfMachine()).putInt(1);
        out.putLong(0).putLong(64).putLong(0).putInt(0);
        out.putShort((short) 64).putShort((short) 56).putShort((short) headers);
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        segment(out, 1, 0, size);
        segment(out, 2, dynamicAt, dynamicSize);
        if (interpreter != null) {
            segment(out, 3, interpreterAt, interpreterBytes.length);
        }
        out.put(interpreterBytes);
        for (long[] entry : dynamic) {
            out.putLong(entry[0]).putLong(entry[1]);
        }
        out.putLong(5).putLong(ADDRESS + stringsAt);
        out.putLong(10).putLong(strings.size());
        out.putLong(0).putLong(0);
        out.put(strings.toByteArray());
        return out.array();
    }

    private static final long ADDRESS = 0x400000;

    private static void segment(ByteBuffer out, int type, int offset, int size) {
        out.putInt(type).putInt(4).putLong(offset).putLong(ADDRESS + offset).putLong(ADDRESS + offset);
        out.putLong(size).putLong(size).putLong(1);
    }

    private long string(String text) {
        long index = strings.size();
        strings.writeBytes((text + "\0").getBytes(UTF_8));
        return index;
    }
}
