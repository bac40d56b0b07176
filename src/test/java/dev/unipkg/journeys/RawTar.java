package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.luben.zstd.Zstd;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.layer.LayerWriter;
import dev.unipkg.format.layer.WrittenLayer;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.journeys.RawPush.Build;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Archives of one entry, written by hand so that they can say anything (POSIX, "ustar Interchange Format").
final class RawTar {

    /// The offset of `e_type`: 2 for a program, 3 for a library.
    static final int TYPE_AT = 16;

    /// The offset of `e_phoff` (8 bytes).
    static final int PROGRAM_HEADERS_AT = 32;

    private static final int BLOCK = 512;

    private RawTar() {}

    /// A build whose one layer is this entry without any content.
    static Build entry(String name, char type, String link) {
        return packed(tar(name, type, link, new byte[0]));
    }

    /// A build whose one layer is the program `/bin/app`.
    static Build program(byte[] content) {
        return packed(program(content, "0000755"));
    }

    /// A build whose one layer is the file `/bin/app`, which may not be executed.
    static Build plain(byte[] content) {
        return packed(program(content, "0000644"));
    }

    private static byte[] program(byte[] content, String mode) {
        return joined(tar("bin/", '5', "", new byte[0]), tar("bin/app", '0', "", mode, content));
    }

    /// A build whose one layer is a folder with a link in it.
    static Build linkInFolder(String folder, String name, String target) {
        return packed(
                joined(tar(folder + "/", '5', "", new byte[0]), tar(folder + "/" + name, '2', target, new byte[0])));
    }

    /// A build whose one layer holds a K and a Kelvin sign, which is a K in every normal form.
    static Build twoForms() throws IOException {
        return packed(joined(written("K"), written("\u212A")));
    }

    /// The tar of one empty file, as layers are written.
    private static byte[] written(String name) throws IOException {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        WrittenLayer layer = LayerWriter.write(FileTree.builder().file(name, "").build(), blob);
        return Zstd.decompress(blob.toByteArray(), (int) layer.tarSize());
    }

    /// The entries of one tar, then those of another.
    private static byte[] joined(byte[] first, byte[] second) {
        int entries = first.length - 2 * BLOCK;
        byte[] both = Arrays.copyOf(first, entries + second.length);
        System.arraycopy(second, 0, both, entries, second.length);
        return both;
    }

    /// A build whose one layer is a file of this many zeros.
    static Build zeros(int length) {
        return packed(tar("zeros", '0', "", new byte[length]));
    }

    /// A build whose one layer is cut off.
    static Build cut(Build whole) {
        return RawPush.building(Arrays.copyOf(whole.layer(), whole.layer().length - 5), Digest.of(new byte[0]));
    }

    /// An ELF program that is one segment, the whole file: enough to see for which processor it is, and that it is
    /// whole.
    ///
    /// @param processor as in `e_machine`
    static byte[] elf(int processor) {
        return ByteBuffer.allocate(128)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1})
                .putShort(TYPE_AT, (short) 2)
                .putShort(18, (short) processor)
                .putInt(20, 1)
                .putLong(PROGRAM_HEADERS_AT, 64)
                .putShort(54, (short) 56)
                .putShort(56, (short) 1)
                .putInt(64, 1)
                .putLong(64 + 32, 128)
                .array();
    }

    static byte[] elf(Arch arch) {
        return elf(arch.elfMachine());
    }

    private static Build packed(byte[] tar) {
        return RawPush.building(Zstd.compress(tar), Digest.of(tar));
    }

    private static byte[] tar(String name, char type, String link, byte[] content) {
        return tar(name, type, link, type == '2' ? "0000777" : type == '5' ? "0000755" : "0000644", content);
    }

    private static byte[] tar(String name, char type, String link, String mode, byte[] content) {
        int blocks = (content.length + BLOCK - 1) / BLOCK;
        byte[] tar = new byte[(1 + blocks + 2) * BLOCK];
        put(tar, 0, name);
        put(tar, 100, mode);
        put(tar, 108, "0000000");
        put(tar, 116, "0000000");
        put(tar, 124, String.format("%011o", content.length));
        put(tar, 136, "00000000000");
        put(tar, 148, "        ");
        tar[156] = (byte) type;
        put(tar, 157, link);
        put(tar, 257, "ustar\0" + "00");
        put(tar, 329, "0000000");
        put(tar, 337, "0000000");
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += tar[i] & 0xff;
        }
        put(tar, 148, String.format("%06o\0 ", sum));
        System.arraycopy(content, 0, tar, BLOCK, content.length);
        return tar;
    }

    private static void put(byte[] tar, int offset, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        System.arraycopy(bytes, 0, tar, offset, bytes.length);
    }
}
