package dev.unipkg.kernels.nanos;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.file.ImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/// An EFI system partition that holds one file, `\EFI\BOOT\BOOTX64.EFI` or `BOOTAA64.EFI`, where firmware looks
/// when it knows nothing else (UEFI specification, 3.5.1.1). FAT12 with two FATs, as small as it gets: 1 MiB, or
/// as much as the loader needs.
final class EfiPartition {

    private static final int SECTOR = 512;
    private static final int MIB = 1 << 20;
    private static final int FATS = 2;
    private static final int RESERVED_SECTORS = 1;
    private static final int ROOT_ENTRIES = 512;
    private static final int ENTRY_BYTES = 32;
    private static final int ROOT_SECTORS = ROOT_ENTRIES * ENTRY_BYTES / SECTOR;

    /// With more clusters a FAT is read as FAT16.
    private static final int MAX_CLUSTERS = 4084;

    private static final long MAX_LOADER_BYTES = 60L * MIB;

    private static final int EFI_CLUSTER = 2;
    private static final int BOOT_CLUSTER = 3;
    private static final int LOADER_CLUSTER = 4;
    private static final int END_OF_CHAIN = 0xfff;
    private static final int FIXED_DISK = 0xf8;
    private static final int DIRECTORY = 0x10;
    private static final int ARCHIVE = 0x20;

    /// 1980-01-01, the first day FAT knows: images do not say when they were made.
    private static final short DATE = 0x21;

    private static final int SERIAL = 0x756e_6970;

    private final Content loader;
    private final String loaderName;
    private final int sectors;
    private final int sectorsPerCluster;
    private final int fatSectors;

    /// @throws RefusedException when the loader is empty or larger than a FAT12 can hold, 60 MiB, or when no firmware
    ///     of that architecture starts Nanos
    EfiPartition(Arch arch, Content loader) throws RefusedException {
        this.loader = loader;
        this.loaderName = switch (arch) {
            case X86_64 -> "BOOTX64 EFI";
            case ARM64 -> "BOOTAA64EFI";
            case RISCV64 ->
                throw new ProgramRefusal.ImpossibleSetting(
                                "firmware", "is hybrid, expected bios: Nanos has no UEFI" + " loader for riscv64")
                        .asException();
        };
        if (loader.size() == 0 || loader.size() > MAX_LOADER_BYTES) {
            throw new ProgramRefusal.CorruptKernel(
                            "nanos",
                            NanosKernel.loaderTitle(arch) + " has " + loader.size() + " bytes, expected 1 to "
                                    + MAX_LOADER_BYTES)
                    .asException();
        }
        int mebibytes = Math.ceilDiv((int) loader.size() + MIB / 4, MIB);
        this.sectors = mebibytes * (MIB / SECTOR);
        int perCluster = 1;
        while (sectors / perCluster > MAX_CLUSTERS) {
            perCluster *= 2;
        }
        this.sectorsPerCluster = perCluster;
        int clusters = sectors / perCluster + LOADER_CLUSTER;
        this.fatSectors = Math.ceilDiv(clusters * 3 / 2 + 1, SECTOR);
    }

    /// Its length in bytes.
    long size() {
        return (long) sectors * SECTOR;
    }

    /// Writes it into `target`, which must be zero (or a hole) from `offset` on.
    void write(FileChannel target, long offset) throws IOException {
        ImageFile.put(target, offset, bootSector(offset));
        byte[] fat = fat();
        for (int i = 0; i < FATS; i++) {
            ImageFile.put(target, offset + (RESERVED_SECTORS + (long) i * fatSectors) * SECTOR, fat);
        }
        long root = offset + (RESERVED_SECTORS + (long) FATS * fatSectors) * SECTOR;
        ImageFile.put(target, root, directory(entry("EFI        ", DIRECTORY, EFI_CLUSTER, 0)));
        ImageFile.put(
                target,
                position(root, EFI_CLUSTER),
                directory(
                        entry(".          ", DIRECTORY, EFI_CLUSTER, 0),
                        entry("..         ", DIRECTORY, 0, 0),
                        entry("BOOT       ", DIRECTORY, BOOT_CLUSTER, 0)));
        ImageFile.put(
                target,
                position(root, BOOT_CLUSTER),
                directory(
                        entry(".          ", DIRECTORY, BOOT_CLUSTER, 0),
                        entry("..         ", DIRECTORY, EFI_CLUSTER, 0),
                        entry(loaderName, ARCHIVE, LOADER_CLUSTER, (int) loader.size())));
        loader.copyTo(target, position(root, LOADER_CLUSTER));
    }

    private long position(long root, int cluster) {
        return root + ((long) ROOT_SECTORS + (long) (cluster - 2) * sectorsPerCluster) * SECTOR;
    }

    private byte[] bootSector(long offset) {
        ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        sector.put(new byte[] {(byte) 0xeb, 0x3c, (byte) 0x90}).put(ascii("UNIPKG  "));
        sector.putShort((short) SECTOR).put((byte) sectorsPerCluster).putShort((short) RESERVED_SECTORS);
        sector.put((byte) FATS).putShort((short) ROOT_ENTRIES);
        sector.putShort(sectors < 0x10000 ? (short) sectors : 0);
        sector.put((byte) FIXED_DISK)
                .putShort((short) fatSectors)
                .putShort((short) 63)
                .putShort((short) 255);
        sector.putInt((int) (offset / SECTOR)).putInt(sectors < 0x10000 ? 0 : sectors);
        sector.put((byte) 0x80).put((byte) 0).put((byte) 0x29).putInt(SERIAL);
        sector.put(ascii("NO NAME    ")).put(ascii("FAT12   "));
        sector.put(SECTOR - 2, (byte) 0x55).put(SECTOR - 1, (byte) 0xaa);
        return sector.array();
    }

    private byte[] fat() {
        byte[] fat = new byte[fatSectors * SECTOR];
        link(fat, 0, 0xf00 | FIXED_DISK);
        link(fat, 1, END_OF_CHAIN);
        link(fat, EFI_CLUSTER, END_OF_CHAIN);
        link(fat, BOOT_CLUSTER, END_OF_CHAIN);
        int clusters = Math.ceilDiv((int) loader.size(), sectorsPerCluster * SECTOR);
        for (int i = 0; i < clusters; i++) {
            link(fat, LOADER_CLUSTER + i, i + 1 < clusters ? LOADER_CLUSTER + i + 1 : END_OF_CHAIN);
        }
        return fat;
    }

    /// Sets a FAT entry; two of 12 bits share three bytes.
    private static void link(byte[] fat, int cluster, int next) {
        int at = cluster * 3 / 2;
        if (cluster % 2 == 0) {
            fat[at] = (byte) next;
            fat[at + 1] |= (byte) (next >> 8);
        } else {
            fat[at] |= (byte) (next << 4);
            fat[at + 1] = (byte) (next >> 4);
        }
    }

    private static byte[] entry(String name, int attributes, int cluster, int size) {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        entry.put(ascii(name)).put((byte) attributes);
        entry.putShort(16, DATE).putShort(18, DATE).putShort(24, DATE);
        entry.putShort(26, (short) cluster).putInt(28, size);
        return entry.array();
    }

    private static byte[] directory(byte[]... entries) {
        ByteBuffer directory = ByteBuffer.allocate(entries.length * ENTRY_BYTES);
        for (byte[] entry : entries) {
            directory.put(entry);
        }
        return directory.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
