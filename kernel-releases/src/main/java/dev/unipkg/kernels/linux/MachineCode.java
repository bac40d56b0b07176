package dev.unipkg.kernels.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Machine code from a listing: one instruction a line, as bytes in hexadecimal, and behind `|` what they mean to a
/// reader.
///
/// A line that ends with a colon is a label. Instead of bytes, `<label>` is the distance to the label from the end of
/// the
/// instruction, in one byte; `<<label>>` is the same in four bytes, little-endian.
final class MachineCode {

    private final Map<String, Integer> labels = new HashMap<>();

    private MachineCode() {}

    /// The bytes of a listing.
    ///
    /// @throws IllegalArgumentException when a label is unknown or too far away for one byte
    static byte[] assemble(String listing) {
        MachineCode code = new MachineCode();
        // Distances have one length wherever the labels are, so a first pass finds all labels.
        byte[] unused = code.pass(listing, false);
        return code.pass(listing, true);
    }

    private byte[] pass(String listing, boolean known) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String line : listing.lines().map(String::strip).toList()) {
            if (line.endsWith(":")) {
                labels.put(line.substring(0, line.length() - 1), out.size());
                continue;
            }
            List<String> words =
                    List.of(line.substring(0, line.indexOf('|')).strip().split(" "));
            int end = out.size() + words.stream().mapToInt(MachineCode::length).sum();
            for (String word : words) {
                out.writeBytes(
                        word.startsWith("<")
                                ? distance(word, end, known)
                                : HexFormat.of().parseHex(word));
            }
        }
        return out.toByteArray();
    }

    private static int length(String word) {
        return word.startsWith("<<") ? Integer.BYTES : 1;
    }

    private byte[] distance(String word, int end, boolean known) {
        Integer label = labels.get(word.replaceAll("[<>]", ""));
        if (label == null && known) {
            throw new IllegalArgumentException("no label is called " + word);
        }
        int distance = label == null ? 0 : label - end;
        if (length(word) == Integer.BYTES) {
            return ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(distance)
                    .array();
        }
        if (distance != (byte) distance) {
            throw new IllegalArgumentException(word + " is " + distance + " bytes away, which is too far for one byte");
        }
        return new byte[] {(byte) distance};
    }
}
