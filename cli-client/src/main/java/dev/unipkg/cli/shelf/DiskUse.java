package dev.unipkg.cli.shelf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;

/// How many bytes files take.
public final class DiskUse {
    private DiskUse() {}

    /// The lengths of the files together. They have no holes.
    public static long ofFiles(Collection<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (NoSuchFileException e) {
                // Another pkg has removed it, or finished a download.
                continue;
            }
        }
        return bytes;
    }

    /// The bytes that a folder takes on the disk, 0 for one that another pkg has removed. A disk image may
    /// have holes, whose size only the system's `du` tells; without it, their lengths count.
    public static long ofFolder(Path folder) throws IOException {
        try {
            Process du = new ProcessBuilder("du", "-s", "-k", folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(du.getInputStream().readAllBytes(), UTF_8);
            String number = said.split("\\s", 2)[0];
            if (number.matches("[0-9]{1,15}")) {
                return Long.parseLong(number) << 10;
            }
        } catch (IOException e) {
            // This system has no du.
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return ofFiles(files.filter(Files::isRegularFile).toList());
        } catch (NoSuchFileException e) {
            return 0;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
