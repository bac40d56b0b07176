package dev.unipkg.cli.compose;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// Copies a file without its holes: a disk of a gigabyte that holds ten megabytes takes ten.
public final class SparseCopy {
    private static final int PIECE = 64 << 10;

    private SparseCopy() {}

    /// Copies `source` to `target`, which is replaced, or left as it was when the copy fails.
    public static void copy(Path source, Path target) throws IOException {
        Path draft = target.toAbsolutePath().resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
        try (FileChannel in = FileChannel.open(source, READ);
                FileChannel out = FileChannel.open(draft, CREATE_NEW, SPARSE, READ, WRITE)) {
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
            if (out.size() < in.size()) {
                out.write(ByteBuffer.allocate(1), in.size() - 1);
            }
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
