package dev.unipkg.kernels.nanos;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.UUID;

/// A disk image that is being written: a sparse file beside its target, which takes the target's name when it is
/// whole and disappears otherwise.
final class ImageFile {

    private ImageFile() {}

    /// Writes the parts of an image into a file of zeros.
    @FunctionalInterface
    interface Parts {
        void write(FileChannel image) throws IOException;
    }

    /// @param size the length of the image in bytes
    /// @throws RefusedException when the disk is full; nothing is left behind
    static void write(Path target, long size, Parts parts) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("not the name of an image file: " + target);
        }
        Path partial = directory.resolve("." + target.getFileName() + "-" + UUID.randomUUID() + ".partial");
        try {
            try (RandomAccessFile file = new RandomAccessFile(partial.toFile(), "rw")) {
                file.setLength(size);
                parts.write(file.getChannel());
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            if (isDiskFull(e)) {
                throw new RefusedException(new ContentRefusal.DiskFull(directory.toString(), size), e);
            }
            throw e;
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /// Java has no type for this error; the text is that of `strerror(ENOSPC)`, or of a quota.
    private static boolean isDiskFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }
}
