package dev.unipkg.kernels.nanos;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a file of a FAT12 file system as firmware does: by the numbers of its boot sector and the chains of its
/// FAT.
final class FatReader {

    private final ByteBuffer disk;
    private final int sectorBytes;
    private final int sectorsPerCluster;
    private final int fatStart;
    private final int rootStart;
    private final int rootEntries;
    private final int dataStart;

    FatReader(byte[] bytes) {
        disk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        sectorBytes = disk.getShort(11);
        sectorsPerCluster = disk.get(13);
        int reserved = disk.getShort(14);
        int fats = disk.get(16);
        rootEntries = disk.getShort(17);
        int fatSectors = disk.getShort(22);
        fatStart = reserved * sectorBytes;
        rootStart = (reserved + fats * fatSectors) * sectorBytes;
        dataStart = rootStart + rootEntries * 32;
        int clusters = (bytes.length - dataStart) / sectorBytes / sectorsPerCluster;
        if (clusters > 4084) {
            throw new AssertionError("with " + clusters + " clusters this is no FAT12");
        }
        for (int i = 0; i < fatSectors * sectorBytes; i++) {
            if (bytes[fatStart + i] != bytes[fatStart + fatSectors * sectorBytes + i]) {
                throw new AssertionError("the FATs differ at " + i);
            }
        }
    }

    /// Reads the file that these names of 8 and 3 characters lead to.
    byte[] file(String... names) {
        byte[] directory = new byte[rootEntries * 32];
        disk.get(rootStart, directory);
        for (int i = 0; ; i++) {
            ByteBuffer entry = find(directory, names[i]);
            byte[] content = chain(entry.getShort(26));
            if (i == names.length - 1) {
                return Arrays.copyOf(content, entry.getInt(28));
            }
            if ((entry.get(11) & 0x10) == 0) {
                throw new AssertionError(names[i] + " is no directory");
            }
            directory = content;
        }
    }

    private static ByteBuffer find(byte[] directory, String name) {
        for (int at = 0; at < directory.length && directory[at] != 0; at += 32) {
            if (new String(directory, at, 11, StandardCharsets.US_ASCII).equals(name)) {
                return ByteBuffer.wrap(directory, at, 32).slice().order(ByteOrder.LITTLE_ENDIAN);
            }
        }
        throw new AssertionError("there is no " + name);
    }

    private byte[] chain(int first) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int cluster = first; cluster < 0xff8; cluster = next(cluster)) {
            byte[] bytes = new byte[sectorsPerCluster * sectorBytes];
            disk.get(dataStart + (cluster - 2) * bytes.length, bytes);
            content.writeBytes(bytes);
        }
        return content.toByteArray();
    }

    private int next(int cluster) {
        int pair = disk.getShort(fatStart + cluster * 3 / 2) & 0xffff;
        return cluster % 2 == 0 ? pair & 0xfff : pair >> 4;
    }
}
