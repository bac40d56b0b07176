package dev.unipkg.cli.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/// Follows the console of a detached instance, which a shell writes to a file and, when that is full, to a new one of
/// the
/// same name.
final class ConsoleFollower {
    private static final long PAUSE_MILLIS = 50;

    private ConsoleFollower() {}

    /// Feeds the probe with all that comes, until nobody waits for it.
    static void follow(InstanceFolder folder, ConsoleProbe probe, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        Path file = folder.file(InstanceFolder.CONSOLE);
        while (goesOn.getAsBoolean()) {
            if (Files.exists(file)) {
                followOne(file, probe, goesOn);
            } else {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private static void followOne(Path file, ConsoleProbe probe, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        ByteBuffer bytes = ByteBuffer.allocate(16 << 10);
        Object key = key(file);
        try (FileChannel channel = FileChannel.open(file)) {
            boolean moved = false;
            while (goesOn.getAsBoolean()) {
                int count = channel.read(bytes.clear());
                if (count > 0) {
                    probe.add(bytes.array(), count);
                } else if (moved) {
                    return;
                } else {
                    // Read once more after the file was seen to have moved: the end may have come in between.
                    moved = !Files.exists(file) || !key.equals(key(file));
                    Thread.sleep(moved ? 0 : PAUSE_MILLIS);
                }
            }
        }
    }

    private static Object key(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }
}
