package dev.unipkg.cli.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/// The folder of one instance. Its name is the instance's id: twelve lowercase hex digits.
///
/// @param path absolute; only its owner can enter it, since a guest's disk and console may hold secrets
record InstanceFolder(Path path) {
    /// What the guest wrote over its image: a qcow2 disk whose backing file is the image.
    static final String DISK = "disk.qcow2";

    /// The end of what the guest of a detached instance wrote to its serial console.
    static final String CONSOLE = "console.log";

    /// What it wrote before that, and had no room there any more.
    static final String EARLIER = "console.earlier.log";

    /// What QEMU itself said, on stderr.
    static final String TALK = "qemu.log";

    /// QEMU's process id, written by QEMU.
    static final String PID = "qemu.pid";

    /// QEMU's exit status, of a detached instance that ended.
    static final String EXIT = "exit";

    /// The instance as JSON; see [Instance].
    static final String STATE = "instance.json";

    /// QMP, served by QEMU to whoever asks.
    static final String CONTROL = "control.sock";

    /// QMP, to the pkg that started it.
    static final String WATCH = "watch.sock";

    // sun_path is 108 bytes with its terminating zero.
    private static final int MAX_SOCKET_PATH = 107;

    /// Makes a folder with a fresh id in `instances`.
    static InstanceFolder create(Path instances) throws IOException {
        Files.createDirectories(instances);
        while (true) {
            String id = "%012x".formatted(ThreadLocalRandom.current().nextLong(1L << 48));
            try {
                return new InstanceFolder(Files.createDirectory(
                        instances.toAbsolutePath().resolve(id),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
            } catch (FileAlreadyExistsException e) {
                // Somebody has this id: the next one is as random.
                continue;
            }
        }
    }

    String id() {
        return path.getFileName().toString();
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /// Where pkg may listen for QEMU: in the folder, or, where that path is too long for a socket, in a
    /// private folder of its own under the temporary directory.
    Path watchSocket() throws IOException {
        Path here = file(WATCH);
        return here.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH
                ? here
                : Files.createTempDirectory("pkg").resolve(WATCH);
    }

    /// Deletes the folder and all in it.
    void delete() throws IOException {
        List<Path> files;
        try (Stream<Path> inside = Files.list(path)) {
            files = inside.toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(path);
    }
}
