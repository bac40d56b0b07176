package dev.unipkg.kernels.file;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// A file that is being written beside its target: it takes the target's name when it is whole, and
/// disappears when anything goes wrong before.
public final class ImageFile {

    private ImageFile() {}

    /// Writes all of `bytes` at `position`, in bytes from the start of the file.
    public static void put(FileChannel file, long position, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            file.write(left, position + left.position());
        }
    }

    /// Writes the parts of a file of zeros.
    @FunctionalInterface
    public interface Parts {
        void write(FileChannel file) throws IOException;
    }

    /// Writes `target`, in the place of what was there. Ranges that `parts` does not write stay holes.
    ///
    /// @param size the length of the file in bytes
    /// @throws RefusedException when the disk is full; nothing is left behind
    public static void write(Path target, long size, Parts parts) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("not the name of a file: " + target);
        }
        Path partial = directory.resolve("." + target.getFileName() + "-" + UUID.randomUUID() + ".partial");
        try {
            try (RandomAccessFile file = new RandomAccessFile(partial.toFile(), "rw")) {
                file.setLength(size);
                parts.write(file.getChannel());
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            if (ContentRefusal.isDiskFull(e)) {
                throw new RefusedException(new ContentRefusal.DiskFull(directory.toString(), size), e);
            }
            throw e;
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
