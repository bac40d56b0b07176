package dev.unipkg.kernels.nanos;

import static java.util.Objects.requireNonNull;

import dev.unipkg.format.Arch;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/// A kernel release with files of the right shape and no code in them, for everything that does not boot.
final class InventedRelease {

    static final int BOOT_CODE_BYTES = 2048;

    private InventedRelease() {}

    static Map<String, Content> files(Arch arch) {
        Map<String, Content> files = new TreeMap<>();
        files.put("kernel.img", new Content.Bytes(elf(arch, 2, 2, 40_000)));
        files.put("klibs/tls", new Content.Bytes(elf(arch, 3, 3, 6000)));
        files.put("klibs/ntp", new Content.Bytes(elf(arch, 3, 4, 200)));
        if (arch == Arch.X86_64) {
            files.put("boot.img", new Content.Bytes(bootCode(BOOT_CODE_BYTES)));
            files.put("bootx64.efi", new Content.Bytes(loader(0x8664, 5, 150_000)));
        } else {
            files.put("bootaa64.efi", new Content.Bytes(loader(0xaa64, 6, 130_001)));
        }
        return files;
    }

    /// The bytes of one of its files.
    static byte[] file(Arch arch, String name) throws IOException {
        return requireNonNull(files(arch).get(name), name).readAll();
    }

    static NanosKernel kernel(Arch arch, boolean uefi, String... klibs) throws RefusedException {
        return NanosKernel.of("nanos:1", arch, files(arch), List.of(klibs), uefi);
    }

    /// Boot code as its first sector describes it: a second stage behind it, and a signature.
    static byte[] bootCode(int bytes) {
        byte[] code = noise(1, bytes);
        ByteBuffer sector = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        sector.putLong(0x1aa, 0x8000).putLong(0x1b2, bytes - 512).putInt(0x1ba, 12);
        sector.put(0x1be, new byte[64]).put(0x1fe, (byte) 0x55).put(0x1ff, (byte) 0xaa);
        return code;
    }

    static byte[] noise(long seed, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    /// A tarball of these entries, in order; a name that ends in `/` is a directory.
    static byte[] tarball(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
            for (Map.Entry<String, byte[]> file : entries.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /// An ELF file of one segment, all of it to be loaded, and no sections.
    private static byte[] elf(Arch arch, int type, long seed, int bytes) {
        byte[] elf = noise(seed, bytes);
        ByteBuffer.wrap(elf)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1})
                .putShort(16, (short) type)
                .putShort(18, (short) arch.elfMachine())
                .putLong(32, 64)
                .putLong(40, 0)
                .putInt(58, 0)
                .putShort(54, (short) 56)
                .putShort(56, (short) 1)
                .putInt(64, 1)
                .putLong(72, 0)
                .putLong(96, bytes);
        return elf;
    }

    /// A PE image of one section, which is the second half of it, for a machine.
    private static byte[] loader(int machine, long seed, int bytes) {
        byte[] loader = noise(seed, bytes);
        ByteBuffer.wrap(loader)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'M', 'Z'})
                .putInt(0x3c, 0x80)
                .put(0x80, new byte[] {'P', 'E', 0, 0})
                .putShort(0x84, (short) machine)
                .putShort(0x86, (short) 1)
                .putShort(0x94, (short) 0)
                .putInt(0xa0, bytes / 2)
                .putInt(0xa8, bytes / 2)
                .putInt(0xac, bytes - bytes / 2);
        return loader;
    }
}
