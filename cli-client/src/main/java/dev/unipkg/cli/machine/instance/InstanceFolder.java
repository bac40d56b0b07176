package dev.unipkg.cli.machine.instance;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.machine.network.Passt;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.shelf.Owner;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The folder of one instance, called by the instance's name.
///
/// @param path absolute; only its owner can enter it, since a guest's disk and console may hold secrets
/// @param again whether it is of an instance that is booted once more, with the disk that it had
public record InstanceFolder(Path path, boolean again) {
    /// The instance as JSON, see [Instance].
    static final String STATE = "instance.json";

    /// Exists where pkg killed the machine.
    static final String KILLED = "killed";

    /// How the name of a folder begins that is being deleted; no name of an instance does.
    static final String GONE = ".gone-";

    /// How the name of a folder begins whose instance has no name yet; the number of its pkg's process follows.
    static final String DRAFT = ".new-";

    // The end of an earlier attempt would be taken for that of the next one.
    private static final List<String> OF_AN_ATTEMPT = List.of(
            ConsoleFiles.CURRENT,
            ConsoleFiles.EARLIER,
            QemuLaunch.PID,
            QemuLaunch.EXIT,
            KILLED,
            QemuLaunch.TRAFFIC,
            Passt.SOCKET,
            Passt.PID,
            Passt.READY);

    // QMP, to the pkg that started QEMU.
    private static final String WATCH = "watch.sock";

    // Far more than a record with all its ports takes.
    private static final int MAX_BYTES = 1 << 20;

    // sun_path is 108 bytes with its terminating zero, and Java takes one byte less than fits there.
    private static final int MAX_SOCKET_PATH = 106;

    InstanceFolder(Path path) {
        this(path, false);
    }

    public String name() {
        return path.getFileName().toString();
    }

    /// Sweeps the abandoned ones among the other instances, in the background.
    public void sweepOthers() {
        AbandonedInstances.sweepInBackground(
                Optional.ofNullable(path.getParent()).orElseThrow());
    }

    /// Removes the files of an earlier attempt to boot the instance, but not the disk.
    public void clear() throws IOException {
        for (String earlier : OF_AN_ATTEMPT) {
            Files.deleteIfExists(file(earlier));
        }
    }

    public Path file(String name) {
        return path.resolve(name);
    }

    /// The path of the socket on which pkg listens for QEMU: in the folder, or, if that path is too long for a
    /// socket, in a private folder under the temporary directory.
    public Path watchSocket() throws IOException {
        Path here = file(WATCH);
        return isSocketPath(here) ? here : Files.createTempDirectory("pkg").resolve(WATCH);
    }

    /// Removes the [watch socket][#watchSocket] with the folder that was made for it.
    public void removeWatchSocket(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        if (!socket.startsWith(path)) {
            Files.deleteIfExists(socket.getParent());
        }
    }

    /// Whether a socket can be bound to the path, or connected to there.
    static boolean isSocketPath(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH;
    }

    /// Whether it is a draft whose pkg has ended.
    boolean isAbandonedDraft() {
        String[] words =
                name().startsWith(DRAFT) ? name().substring(DRAFT.length()).split("-", 2) : new String[0];
        return words.length == 2
                && words[0].matches("[0-9]{1,18}")
                && ProcessHandle.of(Long.parseLong(words[0])).isEmpty();
    }

    /// Whether it is a folder itself. A symlink is none, because it may lead to foreign files.
    boolean isFolder() {
        return Files.isDirectory(path, NOFOLLOW_LINKS);
    }

    /// The user who owns the folder, if that is not the one whom this pkg runs as.
    Optional<String> otherOwner() throws IOException {
        return Owner.other(path);
    }

    /// Reads the record.
    InstanceRecord read() throws IOException {
        try {
            Fields fields = Json.parseObject(bytes(STATE), JsonLimits.DEFAULT);
            int format = Instance.format(fields);
            return format > Instance.FORMAT
                    ? new InstanceRecord.Newer(format)
                    : new InstanceRecord.Whole(Instance.of(fields));
        } catch (NoSuchFileException e) {
            return new InstanceRecord.Absent();
        } catch (RefusedException | IllegalArgumentException e) {
            return new InstanceRecord.Damaged(String.valueOf(e.getMessage()));
        }
    }

    /// The instance of the record.
    ///
    /// @throws Failure when the record is missing or cannot be read
    public Instance requireRecord() throws IOException {
        if (read() instanceof InstanceRecord.Whole(Instance whole)) {
            return whole;
        }
        throw Failure.failed("the record of " + name() + " vanished before it was booted");
    }

    /// Reads a small file. The reading of a pipe or a device may never end, so anything but a regular file is refused.
    ///
    /// @throws NoSuchFileException when there is none
    /// @throws IllegalArgumentException when it is no regular file, or has more than 1 MiB
    byte[] bytes(String name) throws IOException {
        Path file = file(name);
        if (!Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw new IllegalArgumentException(name + " is no regular file");
        }
        try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException(name + " has more than 1 MiB");
            }
            return bytes;
        }
    }

    /// Replaces the record by rename, so that a reader sees a whole one.
    public void write(Instance instance) throws IOException {
        Path draft = file(STATE + ".tmp");
        Files.writeString(draft, instance.toJson().toPrettyString());
        Files.move(draft, file(STATE), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Notes that pkg kills the machine, so that its end is understood.
    void noteKill() throws IOException {
        Files.write(file(KILLED), new byte[0]);
    }

    public boolean wasKilled() {
        return Files.exists(file(KILLED));
    }

    /// Whether the machine's exit status was kept, which is the last thing that happens in an attempt.
    boolean hasExitStatus() {
        return Files.exists(file(QemuLaunch.EXIT));
    }

    /// Deletes the folder and all in it. Its name is free at once.
    ///
    /// @throws NoSuchFileException where it is gone already
    public void delete() throws IOException {
        Path gone = path.resolveSibling(GONE + UUID.randomUUID());
        Files.move(path, gone, StandardCopyOption.ATOMIC_MOVE);
        deleteFiles(gone);
    }

    /// Deletes the folder after a boot that failed, unless it is of an instance that is booted again: its disk stays.
    public void discard() throws IOException {
        try {
            if (!again) {
                delete();
            }
        } catch (NoSuchFileException e) {
            // Another pkg removed the instance while this one watched it.
            return;
        }
    }

    /// Deletes a folder that was renamed for its deletion. A symlink in its place is left as it is.
    static void deleteFiles(Path gone) throws IOException {
        if (!new InstanceFolder(gone).isFolder()) {
            return;
        }
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(gone)) {
            for (Path file : inside) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(gone);
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            // Another pkg sweeps it at this moment, or the shell beside a machine that was killed still writes there.
            // The instance is gone all the same, and the next sweep deletes the rest.
            return;
        }
    }
}
