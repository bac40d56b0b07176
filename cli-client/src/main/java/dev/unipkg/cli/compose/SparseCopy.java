package dev.unipkg.cli.compose;

import static java.nio.file.StandardOpenOption.READ;

import dev.unipkg.kernels.file.ImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Copies a file without its holes: a disk of a gigabyte that holds ten megabytes takes ten.
public final class SparseCopy {
    private static final int PIECE = 64 << 10;

    private SparseCopy() {}

    /// Copies `source` to `target`, which is replaced, or left as it was when the copy fails.
    public static void copy(Path source, Path target) throws IOException {
        try (FileChannel in = FileChannel.open(source, READ)) {
            ImageFile.write(target, in.size(), out -> copy(in, out));
        }
    }

    private static void copy(FileChannel in, FileChannel out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        ByteBuffer zeros = ByteBuffer.allocate(PIECE);
        for (long at = 0; in.read(piece.clear(), at) > 0; at += piece.limit()) {
            piece.flip();
            if (piece.mismatch(zeros.clear().limit(piece.limit())) >= 0) {
                for (long to = at; piece.hasRemaining(); ) {
                    to += out.write(piece, to);
                }
            }
        }
    }
}
