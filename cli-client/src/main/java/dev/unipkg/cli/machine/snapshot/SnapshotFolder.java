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
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The folder of one snapshot, or of a draft of one.
record SnapshotFolder(Path path) {
    /// The beginning of the name of a folder that is not whole yet, or is being deleted.
    static final String DRAFT = ".draft-";

    // On a busy host a guest that boots in half a second takes longer to answer, however it came to life.
    private static final long LEAST_PATIENCE_MILLIS = 2_000;

    private static final long MOST_BOOT_MILLIS = 86_400_000;

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private static final Set<PosixFilePermission> ENTERED_BY_USER = PosixFilePermissions.fromString("rwx------");

    /// Why a path is not this user's own folder, that only he may enter, as a clause; empty where it is one, or
    /// nothing.
    static Optional<String> foreign(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                return Optional.of(path + " is a link, which is not followed");
            }
            if (!attributes.isDirectory()) {
                return Optional.of(path + " is no folder");
            }
            Optional<String> owner = Owner.other(path);
            if (owner.isPresent()) {
                return owner.map(other -> path + " belongs to the user " + other);
            }
            return ENTERED_BY_USER.containsAll(Files.getPosixFilePermissions(path, NOFOLLOW_LINKS))
                    ? Optional.empty()
                    : Optional.of(path + " is open to others (chmod 700 mends that)");
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    boolean isDraft() {
        return name().startsWith(DRAFT);
    }

    private String name() {
        return path.getFileName().toString();
    }

    /// The snapshot.
    ///
    /// @throws IOException where a file is missing, or not as it was when the snapshot was made
    Snapshot read() throws IOException {
        Fields about = about();
        if (!isDraft() && !about.text("key").equals(name())) {
            throw new IOException("the snapshot has been renamed");
        }
        Fields files = about.fields("files");
        for (String name : List.of(Snapshots.RAM, Snapshots.STATE)) {
            requireSame(name, files.fields(name));
        }
        Optional<Fields> disk = files.optionalFields(QemuLaunch.DISK);
        if (disk.isPresent()) {
            requireSame(QemuLaunch.DISK, disk.get());
        }
        return new Snapshot(
                path,
                new SavedMachine(
                        path.resolve(Snapshots.RAM),
                        path.resolve(Snapshots.STATE),
                        disk.map(there -> path.resolve(QemuLaunch.DISK)),
                        Duration.ofMillis(
                                Math.max(LEAST_PATIENCE_MILLIS, about.number("bootMillis", 0, MOST_BOOT_MILLIS)))),
                about.time("made"));
    }

    private Fields about() throws IOException {
        Path about = path.resolve(Snapshots.ABOUT);
        if (FileStamp.of(about).bytes() > JsonLimits.DOCUMENT_BYTES) {
            throw new IOException(Snapshots.ABOUT + " of the snapshot is too long");
        }
        return Json.parseObject(Files.readAllBytes(about), JsonLimits.DEFAULT);
    }

    private void requireSame(String name, Fields stamp) throws IOException {
        if (!FileStamp.of(path.resolve(name)).matches(FileStamp.of(stamp))) {
            throw new IOException("the snapshot's file " + name + " has changed since it was made");
        }
    }

    /// Notes that the snapshot was used now.
    void noteUse() {
        try {
            Files.setLastModifiedTime(path.resolve(Snapshots.ABOUT), FileTime.from(Instant.now()));
        } catch (IOException e) {
            // A shelf that may only be read keeps no account of uses.
            return;
        }
    }

    /// The snapshot as a list shows it; one that is damaged, of a former QEMU or of another pkg, and a
    /// draft, as invalid.
    Snapshots.Kept kept() throws IOException {
        try {
            Fields about = about();
            SnapshotOrigin origin = SnapshotOrigin.of(about);
            var _ = read();
            boolean valid = !isDraft()
                    && about.number("form", 0, Json.Num.MAX) == SnapshotKey.FORM
                    && SnapshotKey.isThere(about.text("qemu"));
            return new Snapshots.Kept(path, name(origin), lastUse(), valid);
        } catch (IOException e) {
            // Damaged, or removed at this moment.
            return new Snapshots.Kept(path, "", Instant.EPOCH, false);
        }
    }

    // Two that look alike differ in their arguments or environment, and by these digits.
    private String name(SnapshotOrigin origin) {
        return "%s (%s, %s, %.12s)".formatted(origin.reference(), origin.kernel(), origin.machine(), name());
    }

    private Instant lastUse() throws IOException {
        return Files.getLastModifiedTime(path.resolve(Snapshots.ABOUT)).toInstant();
    }

    /// Writes the files of a finished draft to the disk, describes them, and removes all others.
    void finish(SnapshotKey key, SnapshotOrigin origin, Duration bootTime) throws IOException {
        ObjBuilder files = Json.object();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(path)) {
            for (Path file : inside) {
                String name = file.getFileName().toString();
                if (List.of(Snapshots.RAM, Snapshots.STATE, QemuLaunch.DISK).contains(name)) {
                    Files.setPosixFilePermissions(file, PRIVATE);
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.force(true);
                    }
                    files.put(name, FileStamp.of(file).toJson());
                } else {
                    Files.delete(file);
                }
            }
        }
        ObjBuilder about = Json.object()
                .put("form", SnapshotKey.FORM)
                .put("key", key.digest().hex());
        origin.putInto(about);
        about.put("qemu", key.program())
                .put("made", Instant.now().toString())
                .put("bootMillis", bootTime.toMillis())
                .put("files", files.build());
        Path file = Files.createFile(path.resolve(Snapshots.ABOUT), PosixFilePermissions.asFileAttribute(PRIVATE));
        Files.write(file, about.build().toBytes());
    }

    /// Removes the folder, where it is this user's. It loses its name first, so that no part of it is taken
    /// for a snapshot.
    void drop() throws IOException {
        try {
            if (foreign(path).isPresent()) {
                return;
            }
            if (isDraft()) {
                delete(path);
                return;
            }
            Path gone = path.resolveSibling(DRAFT + UUID.randomUUID());
            Files.move(path, gone, StandardCopyOption.ATOMIC_MOVE);
            delete(gone);
        } catch (NoSuchFileException e) {
            // Another pkg has removed it.
            return;
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
