package dev.unipkg.kernels.nanos;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.kernels.nanos.tfs.Finding;
import dev.unipkg.kernels.nanos.tfs.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/// Looks at every byte of an EFI system partition: FAT12, FAT16 or FAT32, written by any tool. Boot sectors, FATs,
/// directories and the clusters of files are claims; every other byte that is not zero is a finding.
final class EfiCheck {

    /// How much of a FAT is kept in memory: enough for 512 MiB in the smallest clusters of FAT32.
    private static final long MAX_FAT_BYTES = 4 << 20;

    private static final int MAX_DIRECTORY_BYTES = 1 << 20;
    private static final int MAX_DIRECTORIES = 1000;

    /// With so many clusters a FAT is FAT16, and FAT32.
    private static final int FAT16_CLUSTERS = 4085;

    private static final int FAT32_CLUSTERS = 65_525;

    private static final int ENTRY_BYTES = 32;
    private static final int ATTRIBUTES = 11;
    private static final int VOLUME = 0x08;
    private static final int DIRECTORY = 0x10;
    private static final int DELETED = 0xe5;

    /// A boot sector of FAT32 is this many sectors, the second of which is FSInfo.
    private static final int FAT32_BOOT_SECTORS = 3;

    private record Claim(long from, long to) {}

    private final Window window;
    private final int sectorBytes;
    private final int clusterBytes;
    private final long dataStart;
    private final int bits;
    private final ByteBuffer fat;
    private final int clusters;
    private final List<Claim> claims = new ArrayList<>();
    private final BitSet claimed = new BitSet();
    private final Deque<Integer> directories = new ArrayDeque<>();

    private EfiCheck(Window window) throws IOException {
        this.window = window;
        ByteBuffer boot = ByteBuffer.wrap(window.read(0, BootRecord.SECTOR)).order(ByteOrder.LITTLE_ENDIAN);
        sectorBytes = Short.toUnsignedInt(boot.getShort(11));
        clusterBytes = Byte.toUnsignedInt(boot.get(13)) * sectorBytes;
        int fatCount = Byte.toUnsignedInt(boot.get(16));
        int rootBytes = Short.toUnsignedInt(boot.getShort(17)) * ENTRY_BYTES;
        int fatSectors = Short.toUnsignedInt(boot.getShort(22));
        boolean wide = fatSectors == 0;
        long fatBytes = (wide ? Integer.toUnsignedLong(boot.getInt(36)) : fatSectors) * sectorBytes;
        if (sectorBytes < BootRecord.SECTOR || clusterBytes == 0 || fatCount == 0 || fatBytes == 0) {
            throw corrupt("its boot sector is not that of a FAT file system");
        }
        if (fatBytes > MAX_FAT_BYTES) {
            throw corrupt("its FAT has " + fatBytes + " bytes, expected at most " + MAX_FAT_BYTES);
        }
        long fatStart = (long) Short.toUnsignedInt(boot.getShort(14)) * sectorBytes;
        long rootStart = fatStart + fatCount * fatBytes;
        dataStart = rootStart + rootBytes;
        clusters = (int) Math.min(Integer.MAX_VALUE - 2, Math.max(0, (window.size() - dataStart) / clusterBytes));
        bits = wide || clusters >= FAT32_CLUSTERS ? 32 : clusters >= FAT16_CLUSTERS ? 16 : 12;
        fat = ByteBuffer.wrap(window.read(fatStart, (int) fatBytes)).order(ByteOrder.LITTLE_ENDIAN);
        claim(fatStart, dataStart);
        claimBoot(boot);
        if (wide) {
            entries(directory(boot.getInt(44)));
        } else {
            entries(window.read(rootStart, rootBytes));
        }
    }

    /// The errors and warnings of a partition.
    ///
    /// @throws RefusedException when it is no FAT file system, or one that contradicts itself
    static List<Finding> findings(Window window) throws IOException {
        EfiCheck check = new EfiCheck(window);
        int seen = 0;
        while (!check.directories.isEmpty()) {
            if (++seen > MAX_DIRECTORIES) {
                throw corrupt("it has more than " + MAX_DIRECTORIES + " directories");
            }
            check.entries(check.directory(check.directories.removeFirst()));
        }
        return check.unclaimed();
    }

    private void claimBoot(ByteBuffer boot) {
        int backup = Short.toUnsignedInt(boot.getShort(50));
        long sectors = bits == 32 ? FAT32_BOOT_SECTORS : 1;
        claim(0, sectors * sectorBytes);
        if (bits == 32 && backup > 0) {
            claim((long) backup * sectorBytes, (backup + sectors) * sectorBytes);
        }
    }

    private void entries(byte[] directory) throws IOException {
        for (int at = 0; at + ENTRY_BYTES <= directory.length && directory[at] != 0; at += ENTRY_BYTES) {
            // A part of a long name has the attribute of a volume's name; "." and ".." lead to what is known.
            if ((directory[at] & 0xff) == DELETED
                    || directory[at] == '.'
                    || (directory[at + ATTRIBUTES] & VOLUME) != 0) {
                continue;
            }
            ByteBuffer entry =
                    ByteBuffer.wrap(directory, at, ENTRY_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
            int high = bits == 32 ? Short.toUnsignedInt(entry.getShort(20)) << 16 : 0;
            int first = high | Short.toUnsignedInt(entry.getShort(26));
            if ((entry.get(ATTRIBUTES) & DIRECTORY) != 0) {
                directories.add(first);
            } else if (first != 0) {
                long size = Integer.toUnsignedLong(entry.getInt(28));
                chain(first, Math.ceilDiv(size, clusterBytes));
            }
        }
    }

    private byte[] directory(int first) throws IOException {
        List<Integer> chain = chain(first, 1);
        long bytes = (long) chain.size() * clusterBytes;
        if (bytes > MAX_DIRECTORY_BYTES) {
            throw corrupt("a directory has " + bytes + " bytes, expected at most " + MAX_DIRECTORY_BYTES);
        }
        ByteBuffer directory = ByteBuffer.allocate((int) bytes);
        for (int cluster : chain) {
            directory.put(window.read(position(cluster), clusterBytes));
        }
        return directory.array();
    }

    /// Claims the clusters from `first` on. Behind `needed` of them a chain may end in any way: there are tools that
    /// make it longer than their file.
    private List<Integer> chain(int first, long needed) throws RefusedException {
        List<Integer> chain = new ArrayList<>();
        for (int cluster = first; isCluster(cluster); cluster = next(cluster)) {
            if (claimed.get(cluster)) {
                throw corrupt("cluster " + cluster + " belongs to two files, or to one twice");
            }
            claimed.set(cluster);
            claim(position(cluster), position(cluster + 1));
            chain.add(cluster);
        }
        if (chain.size() < needed) {
            throw corrupt("the file at cluster " + first + " has " + chain.size() + " clusters, expected " + needed);
        }
        return chain;
    }

    private boolean isCluster(int cluster) {
        return cluster >= 2 && cluster - 2 < clusters && (cluster + 1L) * bits <= fat.capacity() * 8L;
    }

    private int next(int cluster) {
        return switch (bits) {
            case 12 -> {
                int pair = Short.toUnsignedInt(fat.getShort(cluster * 3 / 2));
                yield cluster % 2 == 0 ? pair & 0xfff : pair >> 4;
            }
            case 16 -> Short.toUnsignedInt(fat.getShort(2 * cluster));
            default -> fat.getInt(4 * cluster) & 0x0fff_ffff;
        };
    }

    private long position(int cluster) {
        return dataStart + (cluster - 2L) * clusterBytes;
    }

    private void claim(long from, long to) {
        claims.add(new Claim(from, to));
    }

    private List<Finding> unclaimed() throws IOException {
        claims.sort((one, other) -> Long.compare(one.from(), other.from()));
        List<Finding> findings = new ArrayList<>();
        long at = 0;
        for (Claim claim : claims) {
            window.unclaimed(at, claim.from()).ifPresent(findings::add);
            at = Math.max(at, claim.to());
        }
        window.unclaimed(at, window.size()).ifPresent(findings::add);
        return findings;
    }

    private static RefusedException corrupt(String detail) {
        return new ArchiveRefusal.Corrupt("the " + Partition.Role.ESP, detail).asException();
    }
}
