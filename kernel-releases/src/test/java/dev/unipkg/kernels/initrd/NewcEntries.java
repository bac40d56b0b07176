package dev.unipkg.kernels.initrd;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads newc archives from the specification alone, sharing nothing with the writer.
final class NewcEntries {

    private NewcEntries() {}

    record Entry(long inode, String path, int mode, long links, byte[] body) {}

    static List<Entry> read(byte[] archive) {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        while (true) {
            if (!text(archive, at, 6).equals("070701")) {
                throw new AssertionError("no header at " + at);
            }
            long[] fields = new long[13];
            for (int i = 0; i < fields.length; i++) {
                fields[i] = Long.parseLong(text(archive, at + 6 + 8 * i, 8), 16);
            }
            for (int zero : new int[] {2, 3, 5, 7, 8, 9, 10, 12}) {
                if (fields[zero] != 0) {
                    throw new AssertionError("field " + zero + " of the header at " + at + " is " + fields[zero]);
                }
            }
            int nameLength = (int) fields[11];
            String path = text(archive, at + 110, nameLength - 1);
            int body = up(at + 110 + nameLength);
            requireZeros(archive, at + 110 + nameLength - 1, body);
            if (path.equals("TRAILER!!!")) {
                requireZeros(archive, body, archive.length);
                return entries;
            }
            int end = body + (int) fields[6];
            entries.add(new Entry(fields[0], path, (int) fields[1], fields[4], Arrays.copyOfRange(archive, body, end)));
            requireZeros(archive, end, up(end));
            at = up(end);
        }
    }

    private static int up(int offset) {
        return (offset + 3) / 4 * 4;
    }

    private static String text(byte[] archive, int offset, int length) {
        return new String(archive, offset, length, StandardCharsets.UTF_8);
    }

    private static void requireZeros(byte[] archive, int from, int to) {
        for (int i = from; i < to; i++) {
            if (archive[i] != 0) {
                throw new AssertionError("not filled with NUL at " + i);
            }
        }
    }
}
