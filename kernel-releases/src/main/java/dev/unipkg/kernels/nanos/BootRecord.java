package dev.unipkg.kernels.nanos;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.RefusedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The boot record: the first sector of an image (see the package).
final class BootRecord {

    static final int SECTOR = 512;

    private static final int REGION_LENGTH = 0x1b2;
    private static final int REGION_TYPE = 0x1ba;
    private static final int TABLE = 0x1be;
    private static final int SIGNATURE = 0x1fe;

    private static final int FILE_SYSTEM_REGION = 12;
    private static final int ENTRIES = 4;
    private static final int ENTRY_BYTES = 16;
    private static final int ACTIVE = 0x80;
    private static final int MAX_CYLINDER = 1023;
    private static final int HEADS = 255;
    private static final int SECTORS_PER_TRACK = 63;
    private static final long MAX_SECTORS = 0xffff_ffffL;

    /// How large a disk can be of which a partition table says all.
    static final long MAX_DISK_BYTES = MAX_SECTORS * SECTOR;

    /// How large boot code can be; that of releases has 48 KB.
    private static final long MAX_CODE_BYTES = 1 << 20;

    private BootRecord() {}

    /// Boot code for machines whose firmware or loader brings the kernel: a first sector alone, no second stage.
    static byte[] withoutCode() {
        ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        sector.putInt(REGION_TYPE, FILE_SYSTEM_REGION);
        sign(sector);
        return sector.array();
    }

    /// Whether a file is boot code: whole sectors, not more than are read at once, a signature, and the record of its
    /// second stage.
    ///
    /// @param head its first sector, and maybe more
    /// @param size of the whole file, in bytes
    static boolean isBootCode(byte[] head, long size) {
        if (head.length < SECTOR || size > MAX_CODE_BYTES || size % SECTOR != 0 || !isSigned(head)) {
            return false;
        }
        ByteBuffer sector = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        return sector.getInt(REGION_TYPE) == FILE_SYSTEM_REGION && sector.getLong(REGION_LENGTH) == size - SECTOR;
    }

    /// How many bytes of boot code an image begins with: the first sector and the second stage that it describes.
    /// Without that description there is none.
    static long codeBytes(byte[] sector) {
        ByteBuffer record = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
        long stage2 = record.getInt(REGION_TYPE) == FILE_SYSTEM_REGION ? record.getLong(REGION_LENGTH) : 0;
        return stage2 < 0 || stage2 > MAX_DISK_BYTES ? MAX_DISK_BYTES : SECTOR + stage2;
    }

    /// Writes the partition table into the first sector of `code`. The partitions end within [#MAX_DISK_BYTES].
    static void fill(byte[] code, List<Partition> partitions) {
        ByteBuffer sector = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        sector.put(TABLE, new byte[ENTRIES * ENTRY_BYTES]);
        int at = TABLE;
        for (Partition partition : partitions) {
            long first = partition.offset() / SECTOR;
            long sectors = partition.size() / SECTOR;
            sector.put(at, (byte) ACTIVE);
            putCylinderHeadSector(sector, at + 1, first);
            sector.put(at + 4, (byte) partition.role().type());
            putCylinderHeadSector(sector, at + 5, first + sectors - 1);
            sector.putInt(at + 8, (int) first);
            sector.putInt(at + 12, (int) sectors);
            at += ENTRY_BYTES;
        }
        sign(sector);
    }

    /// The partitions that the first sector of an image names. The kernel takes the root file system to reach to
    /// the end of the disk, whatever the table says, and so do we.
    static List<Partition> partitions(byte[] sector, long diskBytes) throws RefusedException {
        ByteBuffer table = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
        List<Partition.Role> roles = roles(table);
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < roles.size(); i++) {
            int at = TABLE + i * ENTRY_BYTES;
            long offset = Integer.toUnsignedLong(table.getInt(at + 8)) * SECTOR;
            long size = Integer.toUnsignedLong(table.getInt(at + 12)) * SECTOR;
            if (typeAt(table, i) != roles.get(i).type()) {
                throw corrupt("its partition " + (i + 1) + " is not the " + roles.get(i) + " of a Nanos image");
            }
            if (offset == 0 || offset > diskBytes || roles.get(i) != Partition.Role.ROOT && size > diskBytes - offset) {
                throw corrupt("the " + roles.get(i) + " lies behind its end");
            }
            boolean last = roles.get(i) == Partition.Role.ROOT;
            partitions.add(new Partition(roles.get(i), offset, last ? diskBytes - offset : size));
        }
        return partitions;
    }

    /// Whether a signed first sector is that of a Nanos image, sound or not: it has the record of a second stage, or
    /// the partitions of one. Kernels and disks of other systems are signed too.
    static boolean isOfNanos(byte[] sector) {
        ByteBuffer record = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
        if (record.getInt(REGION_TYPE) == FILE_SYSTEM_REGION) {
            return true;
        }
        List<Partition.Role> roles = roles(record);
        return IntStream.range(0, roles.size())
                .allMatch(i -> typeAt(record, i) == roles.get(i).type());
    }

    private static List<Partition.Role> roles(ByteBuffer table) {
        return typeAt(table, 0) == Partition.Role.ESP.type()
                ? List.of(Partition.Role.ESP, Partition.Role.BOOT, Partition.Role.ROOT)
                : List.of(Partition.Role.BOOT, Partition.Role.ROOT);
    }

    private static int typeAt(ByteBuffer table, int partition) {
        return table.get(TABLE + partition * ENTRY_BYTES + 4) & 0xff;
    }

    /// Whether a first sector ends as a boot record does; that of a volume does not.
    static boolean isSigned(byte[] sector) {
        return sector[SIGNATURE] == 0x55 && sector[SIGNATURE + 1] == (byte) 0xaa;
    }

    private static void sign(ByteBuffer sector) {
        sector.put(SIGNATURE, (byte) 0x55).put(SIGNATURE + 1, (byte) 0xaa);
    }

    /// No current firmware reads these fields; they are written as the tools of Nanos write them.
    private static void putCylinderHeadSector(ByteBuffer sector, int at, long number) {
        long cylinder = number / SECTORS_PER_TRACK / HEADS;
        long head = number / SECTORS_PER_TRACK % HEADS;
        long inTrack = number % SECTORS_PER_TRACK + 1;
        if (cylinder > MAX_CYLINDER) {
            cylinder = MAX_CYLINDER;
            head = HEADS - 1;
            inTrack = SECTORS_PER_TRACK;
        }
        sector.put(at, (byte) head);
        sector.put(at + 1, (byte) (cylinder >> 8 | inTrack));
        sector.put(at + 2, (byte) cylinder);
    }

    private static RefusedException corrupt(String detail) {
        return new ArchiveRefusal.Corrupt("the disk image", detail).asException();
    }
}
