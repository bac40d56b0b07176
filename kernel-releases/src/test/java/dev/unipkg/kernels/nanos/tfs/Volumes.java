package dev.unipkg.kernels.nanos.tfs;

import dev.unipkg.format.tree.FileTree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// Writes and reads file systems for tests.
final class Volumes {

    static final long WRITABLE = 64 << 10;

    private Volumes() {}

    @FunctionalInterface
    interface Look {
        void at(TfsReader fs) throws IOException;
    }

    /// A volume in a new file.
    static Path write(Path folder, String label, UUID uuid, FileTree tree, Value.Tuple attributes) throws IOException {
        Path file = Files.createTempFile(folder, "volume", ".raw");
        TfsWriter writer = TfsWriter.plan(tree.root(), attributes);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(writer.size(WRITABLE));
            writer.write(out.getChannel(), 0, label, uuid);
        }
        return file;
    }

    static Path write(Path folder, FileTree tree) throws IOException {
        return write(folder, "", new UUID(1, 2), tree, Value.Tuple.EMPTY);
    }

    /// Opens a volume and looks at it.
    static void reading(Path file, Look look) throws IOException {
        reading(file, TfsLimits.DEFAULT, look);
    }

    static void reading(Path file, TfsLimits limits, Look look) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            look.at(TfsReader.open(new Window("the volume", channel, 0, channel.size()), limits));
        }
    }

    /// Opens bytes as a volume.
    static void reading(Path folder, byte[] bytes, Look look) throws IOException {
        reading(Files.write(Files.createTempFile(folder, "volume", ".raw"), bytes), look);
    }
}
