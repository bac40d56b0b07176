package dev.unipkg.kernels.nanos.tfs;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.unipkg.format.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// Any bytes are read as a file system or refused, in little memory and time.
class TfsFuzzTest {

    private static final TfsLimits SMALL = new TfsLimits(2 << 20, 20_000, 64, 1 << 20);

    @FuzzTest
    void anyBytesAreReadOrRefused(byte[] bytes) throws IOException {
        lookAt(bytes);
    }

    /// The log is where the interesting mistakes are: these bytes are its frames.
    @FuzzTest
    void anyFramesAreReadOrRefused(byte[] frames) throws IOException {
        ByteBuffer volume = ByteBuffer.allocate(1100 * Tfs.BLOCK);
        volume.put(LogExtensions.firstBlock("", new UUID(0, 0)));
        volume.position(Tfs.BLOCK).put(LogExtensions.of(new byte[0], 0).getFirst(), 0, 9);
        volume.put(frames, 0, Math.min(frames.length, volume.remaining()));
        lookAt(volume.array());
    }

    private static void lookAt(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".raw");
        try {
            Files.write(file, bytes);
            try (FileChannel channel = FileChannel.open(file)) {
                TfsReader fs = TfsReader.open(new Window("fuzz", channel, 0, channel.size()), SMALL);
                fs.check().forEach(Finding::message);
                fs.forEach((_, node) -> {
                    if (node instanceof TfsNode.File found) {
                        read(fs, found);
                    }
                });
            }
        } catch (RefusedException expected) {
            // a refusal is the right answer to bytes that are no file system
        } finally {
            Files.delete(file);
        }
    }

    private static void read(TfsReader fs, TfsNode.File file) throws IOException {
        try (InputStream in = fs.open(file)) {
            in.transferTo(new ByteArrayOutputStream());
        }
    }
}
