package dev.unipkg.kernels.nanos.tfs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Texts of any bytes: UTF-8 where they are, and U+DC80 to U+DCFF for each byte that is not, which no UTF-8
/// decodes to. Both directions lose nothing.
final class RawText {

    private static final int ESCAPE = 0xdc00;

    private RawText() {}

    static String decode(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        return text.indexOf('\ufffd') < 0 ? text : decodeEscaping(bytes, offset, offset + length);
    }

    static byte[] encode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                out.writeBytes(text.substring(plain, i).getBytes(StandardCharsets.UTF_8));
                out.write(text.charAt(i) - ESCAPE);
                plain = i + 1;
            }
        }
        out.writeBytes(text.substring(plain).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static boolean isEscape(String text, int i) {
        char c = text.charAt(i);
        return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    private static String decodeEscaping(byte[] bytes, int from, int end) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < end; ) {
            int width = Math.min(width(bytes[i] & 0xff), end - i);
            String one = new String(bytes, i, width, StandardCharsets.UTF_8);
            boolean whole = one.codePointCount(0, one.length()) == 1
                    && one.getBytes(StandardCharsets.UTF_8).length == width
                    && (one.charAt(0) != '\ufffd' || isReplacementCharacter(bytes, i, width));
            text.append(whole ? one : String.valueOf((char) (ESCAPE + (bytes[i] & 0xff))));
            i += whole ? width : 1;
        }
        return text.toString();
    }

    private static int width(int first) {
        return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    }

    /// A U+FFFD that was really written, as opposed to one that stands for bytes that are not UTF-8.
    private static boolean isReplacementCharacter(byte[] bytes, int at, int width) {
        return width == 3 && bytes[at] == (byte) 0xef && bytes[at + 1] == (byte) 0xbf && bytes[at + 2] == (byte) 0xbd;
    }
}
