package dev.unipkg.registry.content;

import dev.unipkg.format.BlockOutputStream;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.registry.wiring.ConfiguredStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that is needed for the length of a request, on the disk that an embedded database may share. It leaves the
/// same reserve free there as blobs do.
public final class ScratchFile extends BlockOutputStream {

    /// How much is written between two looks at the disk, so how much of the reserve each that writes may take.
    private static final long STEP_BYTES = 1 << 20;

    private final Path path;
    private final OutputStream file;
    private long bytes;
    private long allowedBytes;

    private ScratchFile(Path path, OutputStream file) {
        this.path = path;
        this.file = file;
    }

    /// Makes the file, or empties it. Writing to it ends with a [RefusedException] when the disk has no room.
    public static OutputStream open(Path path) throws IOException {
        return new ScratchFile(path, Files.newOutputStream(path));
    }

    /// Checks that so many bytes fit.
    ///
    /// @param path a file or folder that is there
    /// @throws RefusedException `DiskFull`
    public static void requireRoom(Path path, long bytes) throws RefusedException {
        long free = path.toFile().getUsableSpace() - ConfiguredStorage.RESERVE_BYTES;
        if (bytes > free) {
            throw new ContentRefusal.DiskFull(path.toString(), bytes, bytes - Math.max(0, free)).asException();
        }
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        if (bytes + length > allowedBytes) {
            requireRoom(path, length);
            allowedBytes = bytes + length + STEP_BYTES;
        }
        try {
            file.write(from, offset, length);
        } catch (IOException e) {
            throw ContentRefusal.isDiskFull(e)
                    ? new RefusedException(new ContentRefusal.DiskFull(path.toString(), length), e)
                    : e;
        }
        bytes += length;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
