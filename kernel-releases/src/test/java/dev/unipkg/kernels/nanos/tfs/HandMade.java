package dev.unipkg.kernels.nanos.tfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

/// Volumes whose logs are written by hand, in hex, as no writer of ours would.
final class HandMade {

    /// How large they are: the log, what the kernel needs free, and a little more.
    static final int BLOCKS = 1025 + 2048 + 10;

    private static final HexFormat HEX = HexFormat.of();

    private HandMade() {}

    /// A volume whose log, in block 1 behind the header, is what `frames` say in hex.
    static byte[] volume(String frames) {
        ByteBuffer volume = ByteBuffer.allocate(BLOCKS * Tfs.BLOCK);
        volume.put(LogExtensions.firstBlock("", new UUID(0, 0)));
        volume.put(Tfs.BLOCK, HEX.parseHex("4e564d544653" + "05" + "8800" + frames));
        return volume.array();
    }

    /// A volume whose log is one record, in hex.
    static byte[] volumeOf(String record) {
        int bytes = record.length() / 2;
        String length = (bytes < 0x80 ? "" : HEX.toHexDigits((byte) (0x80 | bytes >> 7)))
                + HEX.toHexDigits((byte) (bytes & 0x7f));
        return volume("02" + length + length + record + "01");
    }

    static String symbol(String name) {
        return HEX.toHexDigits((byte) (0x80 | name.length())) + HEX.formatHex(name.getBytes(StandardCharsets.UTF_8));
    }

    static String text(String text) {
        return HEX.toHexDigits((byte) (0xc0 | text.length())) + HEX.formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A record with one file `a` whose only extent has these numbers.
    static String file(String length, String offset, String fileLength) {
        return "91" + symbol8("children") + "91" + symbol("a") + "92" + symbol("extents") + "91" + symbol("0") + "92"
                + symbol("length") + text(length) + symbol("offset") + text(offset) + symbol8("filelength")
                + text(fileLength);
    }

    static String symbol8(String name) {
        return "88" + HEX.toHexDigits((byte) name.length()) + HEX.formatHex(name.getBytes(StandardCharsets.UTF_8));
    }
}
