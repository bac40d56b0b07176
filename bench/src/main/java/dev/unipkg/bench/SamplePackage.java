package dev.unipkg.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// Writes the folder of a package for `pkg build`: 100 large files and 2,000 small ones, the same bytes each time,
/// which make about 100 MB of the 250 when they are compressed.
///
///     SamplePackage <folder> <name> <version>
final class SamplePackage {

    private static final int LARGE_FILES = 100;
    private static final int LARGE_BYTES = 2_400_000;
    private static final int SMALL_FILES = 2000;
    private static final int SMALL_BYTES = 5000;

    /// How far back a repetition may reach.
    private static final int REACH = 256 * 1024;

    private final Random random = new Random(1);
    private final byte[] text = new byte[LARGE_BYTES];

    private SamplePackage() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("unipkg.yaml"), """
                name: %s
                version: "%s"
                description: What the benchmark of pkg get brings
                program: /bin/true
                files:
                  /srv: files
                """.formatted(args[1], args[2]));
        SamplePackage sample = new SamplePackage();
        for (int i = 0; i < LARGE_FILES; i++) {
            sample.write(folder.resolve("files/large-" + i), LARGE_BYTES);
        }
        for (int i = 0; i < SMALL_FILES; i++) {
            Path directory = Files.createDirectories(folder.resolve("files/small/" + i / 100));
            sample.write(directory.resolve("small-" + i), SMALL_BYTES);
        }
    }

    private void write(Path file, int size) throws IOException {
        for (int at = 0; at < size; ) {
            at += at > 0 && random.nextBoolean() ? repeat(at, size) : invent(at, size);
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(text, 0, size);
        }
    }

    private int repeat(int at, int size) {
        int length = Math.min(4 + random.nextInt(24), size - at);
        int from = at - 1 - random.nextInt(Math.min(at, REACH));
        for (int i = 0; i < length; i++) {
            text[at + i] = text[from + i];
        }
        return length;
    }

    private int invent(int at, int size) {
        int length = Math.min(1 + random.nextInt(8), size - at);
        for (int i = 0; i < length; i++) {
            text[at + i] = (byte) random.nextInt(256);
        }
        return length;
    }
}
