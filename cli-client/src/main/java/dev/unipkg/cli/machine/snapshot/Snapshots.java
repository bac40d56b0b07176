package dev.unipkg.cli.machine.snapshot;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.machine.qemu.SavedMachine;
import dev.unipkg.cli.shelf.Owner;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.json.ObjBuilder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The snapshots on a shelf, each in a folder that has the name of its key. A folder appears by rename when all in it
/// is
/// on the disk. Only its user may enter it: the memory of a guest may hold secrets.
///
/// @param root the folder of the snapshots
public record Snapshots(Path root) {
    /// The file that describes a snapshot. Its time of change tells when it was last used.
    static final String ABOUT = "snapshot.json";

    /// The memory of the guest.
    static final String RAM = "ram";

    /// All else that QEMU needs of the machine.
    static final String STATE = "state";

    private static final String DRAFT = ".draft-";

    // Far longer than a guest may take to be ready.
    private static final Duration DRAFT_KEPT = Duration.ofHours(1);

    /// Each takes as much as its guest has memory, so that a user who tries many settings would fill the disk.
    static final int MOST = 16;

    // On a busy host a guest that boots in half a second takes longer to answer, however it came to life.
    private static final long LEAST_PATIENCE_MILLIS = 2_000;

    private static final long MOST_BOOT_MILLIS = 86_400_000;

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /// What is there for a key.
    public sealed interface Found {
        /// A snapshot that is whole.
        record Whole(Snapshot snapshot) implements Found {}

        /// None.
        record Nothing() implements Found {}

        /// Files that are no snapshot any more.
        ///
        /// @param why a clause
        /// @param foreign whether they are not this user's to replace
        record Unusable(String why, boolean foreign) implements Found {}
    }

    /// A snapshot as a list shows it.
    ///
    /// @param of the package and its kernel, as people write them
    /// @param used when it was last resumed or made
    /// @param valid whether it can still be resumed; one of a former QEMU cannot
    public record Kept(Path folder, String of, Instant used, boolean valid) {}

    /// Looks for a snapshot.
    public Found find(SnapshotKey key) throws IOException {
        if (!Files.exists(root, NOFOLLOW_LINKS)) {
            return new Found.Nothing();
        }
        Path folder = folder(key);
        for (Path path : List.of(root, folder)) {
            if (!Files.exists(path, NOFOLLOW_LINKS)) {
                return new Found.Nothing();
            }
            if (!Files.isDirectory(path, NOFOLLOW_LINKS)) {
                return new Found.Unusable(path + " is no folder of its own", true);
            }
            Optional<String> other = Owner.other(path);
            if (other.isPresent()) {
                return new Found.Unusable(path + " belongs to " + other.get(), true);
            }
        }
        try {
            Snapshot snapshot = read(folder);
            Files.setLastModifiedTime(folder.resolve(ABOUT), FileTime.from(Instant.now()));
            return new Found.Whole(snapshot);
        } catch (NoSuchFileException e) {
            return new Found.Unusable("a file of the snapshot is missing", false);
        } catch (IOException e) {
            return new Found.Unusable(String.valueOf(e.getMessage()), false);
        }
    }

    private static Snapshot read(Path folder) throws IOException {
        Fields about = Json.parseObject(Files.readAllBytes(folder.resolve(ABOUT)), JsonLimits.DEFAULT);
        Fields files = about.fields("files");
        for (String name : List.of(RAM, STATE)) {
            requireSame(folder, name, files.fields(name));
        }
        Optional<Fields> disk = files.optionalFields(QemuLaunch.DISK);
        if (disk.isPresent()) {
            requireSame(folder, QemuLaunch.DISK, disk.get());
        }
        return new Snapshot(
                folder,
                new SavedMachine(
                        folder.resolve(RAM),
                        folder.resolve(STATE),
                        disk.map(there -> folder.resolve(QemuLaunch.DISK)),
                        Duration.ofMillis(
                                Math.max(LEAST_PATIENCE_MILLIS, about.number("bootMillis", 0, MOST_BOOT_MILLIS)))),
                about.time("made"));
    }

    private static void requireSame(Path folder, String name, Fields stamp) throws IOException {
        if (!FileStamp.of(folder.resolve(name)).equals(FileStamp.of(stamp))) {
            throw new IOException("the snapshot's file " + name + " has changed since it was made");
        }
    }

    /// Makes the folder of the snapshots, where there is none.
    ///
    /// @return it
    public Path make() throws IOException {
        if (!Files.exists(root, NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(root, PRIVATE);
            } catch (FileAlreadyExistsException e) {
                // Another pkg has made it.
                return root;
            }
        }
        return root;
    }

    /// A folder to make a snapshot in, with the file for the memory of its guest.
    ///
    /// @param memoryBytes of the guest
    Path draft(long memoryBytes) throws IOException {
        make();
        sweep();
        Path draft = Files.createDirectory(root.resolve(DRAFT + UUID.randomUUID()), PRIVATE);
        try (FileChannel ram =
                FileChannel.open(draft.resolve(RAM), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // One byte at its end gives it its length, and the rest is a hole.
            ram.write(java.nio.ByteBuffer.allocate(1), memoryBytes - 1);
        }
        return draft;
    }

    /// Makes a finished draft the snapshot of a key, and removes what is unused for the longest time where there are
    /// too
    /// many.
    ///
    /// @param of the package and its kernel, as people write them
    void commit(Path draft, SnapshotKey key, String of, Duration bootTime) throws IOException {
        ObjBuilder files = Json.object();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(draft)) {
            for (Path file : inside) {
                String name = file.getFileName().toString();
                if (List.of(RAM, STATE, QemuLaunch.DISK).contains(name)) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.force(true);
                    }
                    files.put(name, FileStamp.of(file).toJson());
                } else {
                    Files.delete(file);
                }
            }
        }
        Json.Obj about = Json.object()
                .put("of", of)
                .put("qemu", key.program())
                .put("made", Instant.now().toString())
                .put("bootMillis", bootTime.toMillis())
                .put("files", files.build())
                .build();
        Files.write(draft.resolve(ABOUT), about.toBytes());
        Path folder = folder(key);
        drop(folder);
        Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        List<Kept> all = new ArrayList<>(all());
        all.sort(Comparator.comparing(Kept::used));
        for (Kept old : all.subList(0, Math.max(0, all.size() - MOST))) {
            drop(old.folder());
        }
    }

    /// All snapshots.
    public List<Kept> all() throws IOException {
        List<Kept> all = new ArrayList<>();
        if (!Files.isDirectory(root, NOFOLLOW_LINKS)) {
            return all;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(
                root,
                path -> Files.isDirectory(path, NOFOLLOW_LINKS)
                        && !path.getFileName().toString().startsWith(DRAFT))) {
            for (Path folder : folders) {
                all.add(kept(folder));
            }
        }
        return all;
    }

    private static Kept kept(Path folder) throws IOException {
        Path about = folder.resolve(ABOUT);
        try {
            Fields fields = Json.parseObject(Files.readAllBytes(about), JsonLimits.DEFAULT);
            String qemu = fields.text("qemu");
            Path program = Path.of(qemu.substring(0, qemu.indexOf(' ')));
            boolean same = Files.exists(program) && SnapshotKey.program(program).equals(qemu);
            return new Kept(
                    folder, fields.text("of"), Files.getLastModifiedTime(about).toInstant(), same);
        } catch (IOException | IllegalArgumentException e) {
            // Damaged, or removed at this moment.
            return new Kept(folder, "", Instant.EPOCH, false);
        }
    }

    /// Removes a snapshot, or a draft. A machine that goes on from it has its files open, and is none the worse for it.
    public static void drop(Path folder) throws IOException {
        if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
            return;
        }
        // Without its description it is no snapshot any more, whatever happens to the rest.
        Files.deleteIfExists(folder.resolve(ABOUT));
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
            for (Path file : inside) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    private void sweep() throws IOException {
        Instant old = Instant.now().minus(DRAFT_KEPT);
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(root, DRAFT + "*")) {
            for (Path draft : drafts) {
                if (Files.getLastModifiedTime(draft, NOFOLLOW_LINKS).toInstant().isBefore(old)) {
                    drop(draft);
                }
            }
        }
    }

    Path folder(SnapshotKey key) {
        return root.resolve(key.digest().hex());
    }
}
