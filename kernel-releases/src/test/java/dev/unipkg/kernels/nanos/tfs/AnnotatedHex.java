package dev.unipkg.kernels.nanos.tfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Reads bytes written down with their offsets and what they mean: two hex digits a byte, separated by one space;
/// everything behind two spaces, and lines that begin with `#`, is for people.
public final class AnnotatedHex {

    private AnnotatedHex() {}

    /// The bytes of a resource beside `place`, from offset 0 to the last byte it names.
    public static byte[] read(Class<?> place, String resource) throws IOException {
        try (InputStream in = place.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("no resource " + resource + " beside " + place);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> line(line, bytes));
            return bytes.toByteArray();
        }
    }

    private static void line(String line, ByteArrayOutputStream bytes) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        int last = 0;
        for (String word : line.split(" {2}")[0].split(" ")) {
            if (word.startsWith("@")) {
                bytes.writeBytes(new byte[Integer.decode(word.substring(1)) - bytes.size()]);
            } else if (word.startsWith("x")) {
                for (int i = 1; i < Integer.parseInt(word.substring(1)); i++) {
                    bytes.write(last);
                }
            } else {
                last = Integer.parseInt(word, 16);
                bytes.write(last);
            }
        }
    }
}
