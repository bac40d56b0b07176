package dev.unipkg.cli.machine.snapshot;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// The snapshots on a shelf, each in a folder that has the name of its key. A folder appears by rename when
/// all in it is on the disk, and loses its name before it is deleted. Only its user may enter it: the
/// memory of a guest may hold secrets. A link in the place of a folder is not followed, and a folder of
/// another user is left alone.
///
/// @param root the folder of the snapshots
public record Snapshots(Path root) {
    /// The file that describes a snapshot. Its time of change tells when it was last used.
    static final String ABOUT = "snapshot.json";

    /// The memory of the guest.
    static final String RAM = "ram";

    /// All else that QEMU needs of the machine.
    static final String STATE = "state";

    /// Each takes as much as its guest has memory, so that a user who tries many settings would fill the
    /// disk.
    static final int MOST = 16;

    // Far longer than a guest may take to be ready.
    private static final Duration DRAFT_KEPT = Duration.ofHours(1);

    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /// The outcome of a look for a key.
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
    /// @param name its package, kernel and machine, and the first digits of its key; empty for one that is damaged
    /// @param used when it was last resumed or made
    /// @param valid whether it can still be resumed; one of a former QEMU cannot
    public record Kept(Path folder, String name, Instant used, boolean valid) {}

    /// Looks for a snapshot.
    public Found find(SnapshotKey key) throws IOException {
        SnapshotFolder folder = new SnapshotFolder(folder(key));
        for (Path path : List.of(root, folder.path())) {
            Optional<String> why = SnapshotFolder.foreign(path);
            if (why.isPresent()) {
                return new Found.Unusable(why.get(), true);
            }
        }
        try {
            Snapshot snapshot = folder.read();
            folder.noteUse();
            return new Found.Whole(snapshot);
        } catch (NoSuchFileException e) {
            return Files.exists(folder.path(), NOFOLLOW_LINKS)
                    ? new Found.Unusable("a file of the snapshot is missing", false)
                    : new Found.Nothing();
        } catch (IOException e) {
            return new Found.Unusable(String.valueOf(e.getMessage()), false);
        }
    }

    /// Makes the folder of the snapshots, where there is none.
    ///
    /// @return it
    /// @throws IOException where something of another kind, or of another user, is in its place
    public Path make() throws IOException {
        if (!Files.exists(root, NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(root, PRIVATE);
            } catch (FileAlreadyExistsException e) {
                // Another pkg has made it.
                return requireOwn(root);
            }
        }
        return requireOwn(root);
    }

    private static Path requireOwn(Path path) throws IOException {
        Optional<String> why = SnapshotFolder.foreign(path);
        if (why.isPresent()) {
            throw new IOException(why.get());
        }
        return path;
    }

    /// A folder to make a snapshot in, with the file for the memory of its guest.
    ///
    /// @param memoryBytes of the guest
    Path draft(long memoryBytes) throws IOException {
        make();
        sweep();
        Path draft = Files.createDirectory(root.resolve(SnapshotFolder.DRAFT + UUID.randomUUID()), PRIVATE);
        try (FileChannel ram =
                FileChannel.open(draft.resolve(RAM), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // One byte at its end gives it its length, and the rest is a hole.
            ram.write(ByteBuffer.allocate(1), memoryBytes - 1);
        }
        return draft;
    }

    /// Makes a finished draft the snapshot of a key, and removes what is unused for the longest time where
    /// there are too many. A whole snapshot that the key has already stays, since a machine may be about to
    /// go on from it.
    void commit(Path draft, SnapshotKey key, SnapshotOrigin origin, Duration bootTime) throws IOException {
        new SnapshotFolder(draft).finish(key, origin, bootTime);
        Path folder = folder(key);
        switch (find(key)) {
            case Found.Whole _ -> {
                return;
            }
            case Found.Unusable(String why, boolean foreign) -> {
                if (foreign) {
                    throw new IOException(why);
                }
                drop(folder);
            }
            case Found.Nothing _ -> {}
        }
        try {
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (find(key) instanceof Found.Whole) {
                // Another pkg was sooner.
                return;
            }
            throw e;
        }
        List<Kept> all = new ArrayList<>(all());
        all.sort(Comparator.comparing(Kept::used));
        for (Kept old : all.subList(0, Math.max(0, all.size() - MOST))) {
            drop(old.folder());
        }
    }

    /// All snapshots of this user, and the drafts that no pkg works on any more.
    public List<Kept> all() throws IOException {
        List<Kept> all = new ArrayList<>();
        for (SnapshotFolder folder : folders()) {
            if (SnapshotFolder.foreign(folder.path()).isEmpty()) {
                all.add(folder.kept());
            }
        }
        return all;
    }

    /// Why snapshots are left alone: a clause for each that is a link or of another user, or for the folder
    /// of all.
    public List<String> foreign() throws IOException {
        List<String> all = new ArrayList<>();
        SnapshotFolder.foreign(root).ifPresent(all::add);
        for (SnapshotFolder folder : folders()) {
            SnapshotFolder.foreign(folder.path()).ifPresent(all::add);
        }
        return all;
    }

    // Other names than those of keys and drafts are not of snapshots.
    private List<SnapshotFolder> folders() throws IOException {
        List<SnapshotFolder> all = new ArrayList<>();
        if (!Files.exists(root, NOFOLLOW_LINKS) || SnapshotFolder.foreign(root).isPresent()) {
            return all;
        }
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(root)) {
            for (Path path : inside) {
                SnapshotFolder folder = new SnapshotFolder(path);
                if (folder.isDraft()
                        ? isOld(path)
                        : KEY.matcher(path.getFileName().toString()).matches()) {
                    all.add(folder);
                }
            }
        }
        return all;
    }

    private static boolean isOld(Path draft) throws IOException {
        try {
            Instant changed = Files.getLastModifiedTime(draft, NOFOLLOW_LINKS).toInstant();
            return changed.isBefore(Instant.now().minus(DRAFT_KEPT));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// Removes a snapshot, or a draft, of this user. A machine that goes on from it has its files open and
    /// goes on.
    public static void drop(Path folder) throws IOException {
        new SnapshotFolder(folder).drop();
    }

    private void sweep() throws IOException {
        for (SnapshotFolder folder : folders()) {
            if (folder.isDraft()) {
                folder.drop();
            }
        }
    }

    Path folder(SnapshotKey key) {
        return root.resolve(key.digest().hex());
    }
}
