package dev.unipkg.registry.checks;

import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.BlockOutputStream;
import dev.unipkg.registry.content.ScratchFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/// The unpacked layers of one build, on disk one after the other, together no larger than allowed.
final class BoundedTar {

    private final long limitBytes;
    private final CheckPool.Slice slice;
    private long bytes;

    BoundedTar(long limitBytes, CheckPool.Slice slice) {
        this.limitBytes = limitBytes;
        this.slice = slice;
    }

    /// A file for one more layer. Writing to it ends with a [RefusedException] when all layers together are over the
    /// limit, or the disk is full.
    OutputStream open(Path tar) throws IOException {
        OutputStream file = ScratchFile.open(tar);
        return new BlockOutputStream() {
            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                slice.pause();
                bytes += length;
                if (bytes > limitBytes) {
                    throw new ArchiveRefusal.UnpacksTooLarge(limitBytes).asException();
                }
                file.write(from, offset, length);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
