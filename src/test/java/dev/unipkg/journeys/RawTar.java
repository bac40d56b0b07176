package dev.unipkg.journeys;

import com.github.luben.zstd.Zstd;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.layer.ForgedTar;
import dev.unipkg.journeys.RawPush.Build;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Builds of one forged layer, and the programs in them.
final class RawTar {

    /// The offset of `e_type`: 2 for a program, 3 for a library.
    static final int TYPE_AT = 16;

    /// The offset of `e_phoff` (8 bytes).
    static final int PROGRAM_HEADERS_AT = 32;

    private RawTar() {}

    /// A build whose one layer is this entry without any content.
    static Build entry(String name, char type, String link) {
        return packed(new ForgedTar().entry(name, type, link));
    }

    /// A build whose one layer is the program `/bin/app`.
    static Build program(byte[] content) {
        return packed(program(content, true));
    }

    /// A build whose one layer is the file `/bin/app`, which may not be executed.
    static Build plain(byte[] content) {
        return packed(program(content, false));
    }

    private static ForgedTar program(byte[] content, boolean executable) {
        return new ForgedTar().directory("bin").file("bin/app", executable, content);
    }

    /// A build whose one layer is a folder with a link in it.
    static Build linkInFolder(String folder, String name, String target) {
        return packed(new ForgedTar().directory(folder).link(folder + "/" + name, target));
    }

    /// A build whose one layer holds a K and a Kelvin sign, which is a K in every normal form.
    static Build twoForms() {
        return packed(new ForgedTar().file("K", "").pax("path=\u212A").file("___", ""));
    }

    /// A build whose one layer is a file of this many zeros.
    static Build zeros(int length) {
        return packed(new ForgedTar().file("zeros", false, new byte[length]));
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

    private static Build packed(ForgedTar forged) {
        byte[] tar = forged.tar();
        return RawPush.building(Zstd.compress(tar), Digest.of(tar));
    }
}
